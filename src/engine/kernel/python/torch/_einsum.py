"""einsum and its like: products that are named by their dimensions."""

from math import prod
from string import ascii_letters

from ._matmul import matmul
from ._register import both, function
from ._tensor import Tensor


@function
def einsum(equation, *operands):
    """As `einsum("ij,jk->ik", a, b)`; operands may also come as one list."""
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    if not operands:
        raise ValueError("einsum(): must provide at least one operand")
    for i, x in enumerate(operands):
        if not isinstance(x, Tensor):
            raise TypeError(f"einsum(): operands must be Tensors, but operand {i} is a {type(x).__name__}")
    inputs, output = parsed(equation, operands)
    left, x = diagonal_of(inputs[0], operands[0])
    for i in range(1, len(operands)):
        right, y = diagonal_of(inputs[i], operands[i])
        wanted = set(output).union(*inputs[i + 1 :])
        left, x = pair(left, x, right, y, wanted)
    x = x.sum([d for d, label in enumerate(left) if label not in output]) if set(left) - set(output) else x
    left = [label for label in left if label in output]
    return x.permute([left.index(label) for label in output])


def parsed(equation, operands):
    """The labels of every operand and of the result; those that `...` stands for are numbers."""
    equation = equation.replace(" ", "")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        few = "fewer" if len(terms) > len(operands) else "more"
        raise RuntimeError(f"einsum(): {few} operands were provided than specified in the equation")
    most, inputs = 0, []
    for i, (term, x) in enumerate(zip(terms, operands)):
        check_letters(term.replace("...", ""), f"given subscript {term!r}")
        named = len(term.replace("...", ""))
        if named > x.ndim or (named < x.ndim and "..." not in term):
            more = "more" if named > x.ndim else "less"
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({named}) "
                f"{'is ' + more + ' than' if named > x.ndim else 'does not match'} the number of dimensions ({x.ndim}) for operand {i}"
                f"{'' if named > x.ndim or '...' in term else ' and no ellipsis was given'}"
            )
        most = max(most, x.ndim - named if "..." in term else 0)
        before, dots, after = term.partition("...")
        inputs.append([*before, *range(-(x.ndim - named), 0), *after] if dots else [*term])
    if not arrow:
        letters = "".join(label for labels in inputs for label in labels if isinstance(label, str))
        return inputs, [*range(-most, 0), *sorted(label for label in set(letters) if letters.count(label) == 1)]
    check_letters(right.replace("...", ""), "the output")
    before, dots, after = right.partition("...")
    output = [*before, *(range(-most, 0) if dots else ()), *after]
    known = {label for labels in inputs for label in labels}
    for label in output:
        if output.count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
        if label not in known:
            raise RuntimeError(f"einsum(): output subscript {label} does not appear in the equation for any input operand")
    return inputs, output


def check_letters(labels, where):
    for label in labels:
        if label not in ascii_letters:
            raise RuntimeError(f"einsum(): invalid subscript given in {where}: subscripts must be in [a-zA-Z], not {label!r}")


def diagonal_of(labels, x):
    """Of dimensions with the same label the diagonal."""
    labels = list(labels)
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            if x.shape[first] != x.shape[second]:
                raise RuntimeError(
                    f"einsum(): subscript {label} is repeated for operand 0 but the sizes don't match, "
                    f"{x.shape[second]} != {x.shape[first]}"
                )
            x = x.diagonal(0, first, second).movedim(-1, first)
            del labels[second]
    return labels, x


def pair(left, x, right, y, wanted):
    """Two operands' product, summed over what nobody wants: a batch of matrix products."""
    sizes = {}
    for labels, t in ((left, x), (right, y)):
        for label, size in zip(labels, t.shape):
            if sizes.get(label, 1) not in (1, size) and size != 1:
                raise RuntimeError(
                    f"einsum(): subscript {label} has size {size} for operand 1 which does not broadcast with previously "
                    f"seen size {sizes[label]}"
                )
            sizes[label] = size if sizes.get(label, 1) == 1 else sizes[label]
    both_have = [label for label in left if label in right]
    batch = [label for label in both_have if label in wanted]
    inner = [label for label in both_have if label not in wanted]
    mine, x = alone(left, x, right, wanted)
    yours, y = alone(right, y, left, wanted)
    a = arranged([label for label in left if label in mine or label in right], x, [batch, mine, inner], sizes)
    b = arranged([label for label in right if label in yours or label in left], y, [batch, inner, yours], sizes)
    out = matmul(a, b)
    labels = batch + mine + yours
    return labels, out.reshape([sizes[label] for label in labels])


def alone(labels, x, others, wanted):
    """The labels that only this operand has and somebody wants; those nobody wants are summed."""
    unwanted = [d for d, label in enumerate(labels) if label not in others and label not in wanted]
    return [label for label in labels if label not in others and label in wanted], x.sum(unwanted) if unwanted else x


def arranged(labels, x, groups, sizes):
    """As three dimensions, one for each group of labels."""
    order = [label for group in groups for label in group]
    x = x.permute([labels.index(label) for label in order]).expand([sizes[label] for label in order])
    return x.reshape([prod(sizes[label] for label in group) for group in groups])


@function
def tensordot(a, b, dims=2):
    """The product over the last `dims` dimensions of a and the first of b, or over the pairs that `dims` lists."""
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    ours, theirs = (list(range(a.ndim - dims, a.ndim)), list(range(dims))) if isinstance(dims, int) else map(list, dims)
    ours, theirs = [d % a.ndim for d in ours], [d % b.ndim for d in theirs]
    if len(ours) != len(theirs):
        raise RuntimeError("both dimension lists should have same length")
    if any(a.shape[i] != b.shape[j] for i, j in zip(ours, theirs)):
        raise RuntimeError("contracted dimensions need to match, but first has size "
                           + ", ".join(f"{a.shape[i]} in dim {i} and second has size {b.shape[j]} in dim {j}" for i, j in zip(ours, theirs)))
    left = list(ascii_letters[: a.ndim])
    right = list(ascii_letters[a.ndim : a.ndim + b.ndim])
    for i, j in zip(ours, theirs):
        right[j] = left[i]
    kept = [left[d] for d in range(a.ndim) if d not in ours] + [right[d] for d in range(b.ndim) if d not in theirs]
    return einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", a, b)


@both
def inner(self, other):
    if not self.shape or not other.shape:
        return self * other
    if self.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            f"inner() the last dimension must match on both input tensors but got shapes {list(self.shape)} and {list(other.shape)}"
        )
    return tensordot(self, other, ([-1], [-1]))


@both
def kron(self, other):
    ndim = max(self.ndim, other.ndim)
    a, b = (t.reshape((1,) * (ndim - t.ndim) + t.shape) for t in (self, other))
    out = a.reshape([n for size in a.shape for n in (size, 1)]) * b.reshape([n for size in b.shape for n in (1, size)])
    return out.reshape([m * n for m, n in zip(a.shape, b.shape)])


@both
def mv(self, vec):
    if self.ndim != 2 or vec.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got {vec.ndim}, {self.ndim}, {vec.ndim}")
    return matmul(self, vec)


@both
def vdot(self, other):
    return self.dot(other)


@both
def addmm(self, mat1, mat2, *, beta=1, alpha=1):
    return self * beta + mat1.mm(mat2) * alpha


@both
def baddbmm(self, batch1, batch2, *, beta=1, alpha=1):
    return self * beta + batch1.bmm(batch2) * alpha


@both
def addmv(self, mat, vec, *, beta=1, alpha=1):
    return self * beta + mat.mv(vec) * alpha
