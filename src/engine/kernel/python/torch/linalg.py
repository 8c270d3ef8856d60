"""torch.linalg: norms, and what Gaussian elimination and Jacobi's rotations give."""

from math import inf as _inf

from ._data import tensor as _tensor
from ._missing import module_getattr as _module_getattr
from ._options import public as _public
from ._tensor import KINDS as _KINDS
from ._types import float64 as _float64


def _floating(name, x):
    if not x.dtype.is_floating_point:
        raise NotImplementedError(f"{name}: Expected a floating point or complex tensor as input. Got {_KINDS[x.dtype]}")
    return x


@_public
def norm(A, ord=None, dim=None, keepdim=False, *, dtype=None):
    """Of a vector or, with ord="fro" or none, of all elements."""
    A = _floating("linalg.vector_norm", A if dtype is None else A.to(dtype))
    matrix = A.ndim == 2 and dim is None or isinstance(dim, (tuple, list)) and len(dim) == 2
    if ord is None or ord == "fro" or not matrix:
        return A.norm(2 if ord in (None, "fro") else ord, dim, keepdim)
    return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim)


@_public
def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    return _floating("linalg.vector_norm", x if dtype is None else x.to(dtype)).norm(ord, dim, keepdim)


@_public
def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    A = _floating("linalg.matrix_norm", A if dtype is None else A.to(dtype))
    row, column = (d % A.ndim for d in dim)
    if ord == "fro":
        return A.norm(2, [row, column], keepdim)
    if ord in (1, -1, _inf, -_inf):
        along, rest = (row, column) if abs(ord) == 1 else (column, row)
        sums = A.abs().sum(along, keepdim=True)
        out = sums.amax(rest, keepdim=True) if ord > 0 else sums.amin(rest, keepdim=True)
        return out if keepdim else out.squeeze((row, column))
    if ord in (2, -2, "nuc") and A.ndim == 2 and not keepdim:
        values = svdvals(A)
        return values.sum() if ord == "nuc" else values.max() if ord == 2 else values.min()
    raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")


def _rows(name, A):
    if A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise RuntimeError(f"{name}: A must be one square matrix here, but it has the shape {list(A.shape)}")
    return [list(map(float, row)) for row in _floating(name, A).tolist()]


def _eliminate(rows, right):
    """Solve by elimination with pivots, in place; the determinant."""
    n, determinant = len(rows), 1.0
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(rows[k][i]))
        if not rows[pivot][i]:
            return 0.0
        if pivot != i:
            rows[i], rows[pivot], right[i], right[pivot] = rows[pivot], rows[i], right[pivot], right[i]
            determinant = -determinant
        determinant *= rows[i][i]
        for k in range(n):
            factor = rows[k][i] / rows[i][i]
            if k != i and factor:
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
                right[k] = [a - factor * b for a, b in zip(right[k], right[i])]
    for i in range(n):
        right[i] = [value / rows[i][i] for value in right[i]]
    return determinant


@_public
def det(A):
    return _tensor(_eliminate(_rows("linalg.det", A), [[0.0] for _ in range(A.shape[0])]), dtype=A.dtype)


@_public
def solve(A, B):
    rows = _rows("linalg.solve", A)
    right = [list(row) if isinstance(row, list) else [row] for row in B.tolist()]
    if len(right) != len(rows):
        raise RuntimeError(f"linalg.solve: A has {len(rows)} rows and B has {len(right)}")
    if not _eliminate(rows, right):
        raise LinAlgError("torch.linalg.solve: The solver failed because the input matrix is singular.")
    return _tensor(right, dtype=A.dtype).reshape(B.shape)


@_public
def inv(A):
    rows = _rows("linalg.inv", A)
    right = [[float(i == j) for j in range(len(rows))] for i in range(len(rows))]
    if not _eliminate(rows, right):
        raise LinAlgError("linalg.inv: The diagonal element is zero, the inversion could not be completed because the input matrix is singular.")
    return _tensor(right, dtype=A.dtype).reshape(A.shape)


@_public
def matrix_power(A, n):
    from ._create import eye

    if n < 0:
        return matrix_power(inv(A), -n)
    out = eye(A.shape[-1], dtype=A.dtype)
    for _ in range(n):
        out = out @ A
    return out


@_public
def svdvals(A):
    """Singular values of one matrix, greatest first, by one-sided Jacobi rotations in float64."""
    if A.ndim != 2:
        raise RuntimeError(f"linalg.svdvals: A must be one matrix here, but it has the shape {list(A.shape)}")
    A = _floating("linalg.svdvals", A)
    wide = (A if A.shape[0] >= A.shape[1] else A.t()).double()
    columns = wide.t().tolist()
    for _ in range(60):
        turned = False
        for i in range(len(columns)):
            for j in range(i + 1, len(columns)):
                turned = _rotate(columns, i, j) or turned
        if not turned:
            break
    values = sorted((sum(x * x for x in column) ** 0.5 for column in columns), reverse=True)
    return _tensor(values, dtype=_float64).to(A.dtype)


def _rotate(columns, i, j):
    """Make two columns perpendicular; False where they are."""
    a, b = columns[i], columns[j]
    aa, bb, ab = sum(x * x for x in a), sum(x * x for x in b), sum(x * y for x, y in zip(a, b))
    if abs(ab) <= 1e-15 * (aa * bb) ** 0.5:
        return False
    tau = (bb - aa) / (2 * ab)
    t = (1 if tau >= 0 else -1) / (abs(tau) + (1 + tau * tau) ** 0.5)
    c = 1 / (1 + t * t) ** 0.5
    columns[i] = [c * (x - t * y) for x, y in zip(a, b)]
    columns[j] = [c * (t * x + y) for x, y in zip(a, b)]
    return True


class _LinAlgError(RuntimeError):
    __module__ = "torch._C"


LinAlgError = _LinAlgError


__getattr__ = _module_getattr("torch.linalg", globals())
