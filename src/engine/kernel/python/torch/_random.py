"""Random numbers, the very ones that torch gives on the CPU for the same seed."""

from ._create import empty
from ._data import as_tensor
from ._generator import drawn
from ._register import both, maker, method
from ._rows import scanned
from ._shapes import sizes_of
from ._tensor import KINDS, Tensor
from ._types import float32, float64, int64, kind_of

EXACT = 2**53


def floating(to, kernel):
    to = kind_of(to) or float32
    if not to.is_floating_point:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{KINDS[to]}'")
    return to


def shape_of(name, size):
    try:
        return sizes_of(size)
    except (TypeError, IndexError):
        wrong = next((x for x in size if not isinstance(x, int)), None)
        if wrong is None:
            raise TypeError(f"{name}() needs a size, as in torch.{name}(2, 3)") from None
        raise TypeError(f"{name}(): argument 'size' (position 1) must be tuple of ints, not {type(wrong).__name__}") from None


@maker
def rand(*size, generator=None, dtype=None):
    return drawn("uniform", shape_of("rand", size), floating(dtype, "check_uniform_bounds"), generator, 0, 1)


@maker
def randn(*size, generator=None, dtype=None):
    return drawn("normal", shape_of("randn", size), floating(dtype, "normal_kernel_cpu"), generator, 0, 1)


def in_order(x):
    """A view of x with its dimensions as they lie in memory, in which order torch fills it."""
    return x.permute(sorted(range(x.ndim), key=lambda d: -x._strides[d]))


def beside(x, dtype=None):
    """An empty tensor that lies in memory as x does."""
    order = sorted(range(x.ndim), key=lambda d: -x._strides[d])
    return empty([x.shape[d] for d in order], dtype=kind_of(dtype) or x.dtype).permute([order.index(d) for d in range(x.ndim)])


@maker
def rand_like(input, *, generator=None, dtype=None):
    return beside(input, dtype).uniform_(generator=generator)


@maker
def randn_like(input, *, generator=None, dtype=None):
    return beside(input, dtype).normal_(generator=generator)


def integers(low, high, shape, to, generator):
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if high - low > EXACT or max(abs(low), abs(high)) > EXACT:
        raise RuntimeError(f"Whole numbers are exact up to 2 ** 53 here, so none can be drawn from {low} to {high}.")
    return drawn("integers", shape, to, generator, low, high - low)


@maker
def randint(*args, low=None, high=None, size=None, generator=None, dtype=None):
    """randint(high, size) or randint(low, high, size)."""
    given = list(args)
    if size is None and given:
        size = given.pop()
        if not isinstance(size, (tuple, list)):
            raise TypeError(f"randint(): argument 'size' (position {len(args)}) must be tuple of ints, not {type(size).__name__}")
    if high is None and given:
        high = given.pop()
    if low is None:
        low = given.pop() if given else 0
    if given or high is None or size is None:
        raise TypeError("randint() is called as randint(high, size) or randint(low, high, size)")
    return integers(int(low), int(high), tuple(size), kind_of(dtype) or int64, generator)


@maker
def randint_like(input, low, high=None, *, generator=None, dtype=None):
    low, high = (0, low) if high is None else (low, high)
    return beside(input, dtype).random_(int(low), int(high), generator=generator)


@maker
def randperm(n, *, generator=None, dtype=int64):
    if isinstance(n, (bool, float)) or not hasattr(n, "__index__"):
        raise TypeError(f"randperm(): argument 'n' (position 1) must be int, not {type(n).__name__}")
    return drawn("permutation", (int(n),), kind_of(dtype), generator)


@maker
def normal(mean=0.0, std=1.0, size=None, *, generator=None, dtype=None):
    """Of numbers and a size, or element by element of tensors."""
    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        if size is None:
            raise TypeError("normal() of two numbers needs a size too, as in torch.normal(0, 1, size=(2, 3))")
        check_deviation(std)
        return drawn("normal", sizes_of((size,)), floating(dtype, "normal_kernel_cpu"), generator, mean, std)
    if size is not None:
        raise TypeError("normal() takes a size only where mean and std are numbers")
    if not isinstance(std, Tensor):
        check_deviation(std)
    of = [as_tensor(x, None if isinstance(x, Tensor) else float32) for x in (mean, std)]
    of = [as_tensor(x, next(y.dtype for y in (mean, std) if isinstance(y, Tensor))) for x in of]
    shape = (of[0] + of[1]).shape
    return randn(shape, generator=generator, dtype=of[0].dtype) * of[1] + of[0]


def check_deviation(std):
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")


@both
def bernoulli(self, p=None, *, generator=None):
    """1 with the probability that each element is, or with probability p."""
    if p is not None:
        return beside(self).bernoulli_(p, generator=generator)
    if not self.dtype.is_floating_point:
        raise NotImplementedError(f"\"bernoulli_tensor_cpu_p_\" not implemented for '{KINDS[self.dtype]}'")
    if self.numel() and not bool(((self >= 0) & (self <= 1)).all()):
        raise RuntimeError("bernoulli() takes probabilities, numbers from 0 to 1")
    return (rand_like(self, generator=generator) < self).to(self.dtype)


@method
def bernoulli_(self, p=0.5, *, generator=None):
    if isinstance(p, Tensor):
        return self.copy_(p.expand(self.shape).bernoulli(generator=generator))
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
    return fill(self, "bernoulli", generator, p)


@both
def multinomial(self, num_samples, replacement=False, *, generator=None):
    """Places drawn with the weights that a vector, or every row of a matrix, holds."""
    if not self.dtype.is_floating_point:
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {KINDS[self.dtype]}")
    if self.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > self.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if bool((~self.isfinite() | (self < 0)).any()):
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if bool((self.sum(-1) <= 0).any()):
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    if replacement and num_samples > 1:
        return with_replacement(self, num_samples, generator)
    waiting = self / drawn("exponential", self.shape, self.dtype, generator, 1)
    return waiting.argmax(-1, keepdim=True) if num_samples == 1 else waiting.topk(num_samples, -1).indices


def with_replacement(weights, count, generator):
    from bisect import bisect_left

    rows = weights if weights.ndim == 2 else weights.unsqueeze(0)
    places = []
    for row in rows:
        running = scanned(row, "running_sum", 0, row.dtype)
        limits = (running / running[-1]).tolist()
        limits[-1] = 1
        places.append([bisect_left(limits, x) for x in drawn("uniform", (count,), float64, generator, 0, 1).tolist()])
    return as_tensor(places if weights.ndim == 2 else places[0], int64)


# -- writing into a tensor


def fill(self, kind, generator, a, b=0):
    ordered = in_order(self)
    ordered.copy_(drawn(kind, ordered.shape, self.dtype, generator, a, b))
    return self


@method
def uniform_(self, from_=0, to=1, *, generator=None):
    floating(self.dtype, "check_uniform_bounds")
    if from_ > to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={from_:g} > to={to:g}")
    return fill(self, "uniform", generator, from_, to)


@method
def normal_(self, mean=0, std=1, *, generator=None):
    floating(self.dtype, "normal_kernel_cpu")
    check_deviation(std)
    return fill(self, "normal" if self.is_contiguous() else "normalByOne", generator, mean, std)


@method
def exponential_(self, lambd=1, *, generator=None):
    floating(self.dtype, "exponential_")
    if lambd <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return fill(self, "exponential", generator, lambd)


@method
def random_(self, *bounds, generator=None):
    """random_(to) or random_(from, to); of floats without an end, whole numbers that they hold exactly."""
    if not bounds and self.dtype is float32:
        bounds = (2**24 + 1,)
    if len(bounds) not in (1, 2):
        raise RuntimeError("random_() needs an end here, as in x.random_(10)")
    low, high = (0, *bounds)[-2:]
    ordered = in_order(self)
    ordered.copy_(integers(low, high, ordered.shape, self.dtype, generator))
    return self
