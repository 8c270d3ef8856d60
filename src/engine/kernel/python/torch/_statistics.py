"""Quantiles, correlations, counts and distances."""


from ._data import as_tensor, tensor
from ._join import stack
from ._reduce import RETURNS
from ._register import both
from ._shapes import wrap_dim
from ._tensor import KINDS, Tensor
from ._types import bool_, float32, float64, int64

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


@both
def quantile(self, q, dim=None, keepdim=False, *, interpolation="linear"):
    return quantiles("quantile", self, q, dim, keepdim, interpolation, False)


@both
def nanquantile(self, q, dim=None, keepdim=False, *, interpolation="linear"):
    return quantiles("nanquantile", self, q, dim, keepdim, interpolation, True)


def quantiles(name, x, q, dim, keepdim, interpolation, skip_nans):
    if not x.numel():
        raise RuntimeError(f"{name}() input tensor must be non-empty")
    if not x.dtype.is_floating_point:
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype")
    if isinstance(q, (list, tuple)):
        raise TypeError(f"{name}(): argument 'q' (position 2) must be Tensor, not {type(q).__name__}")
    several = isinstance(q, Tensor)
    if several and q.dtype is not x.dtype:
        raise RuntimeError(f"{name}() q tensor must be same dtype as the input tensor")
    if several and q.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor")
    if interpolation not in INTERPOLATIONS:
        raise RuntimeError(
            f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {interpolation}"
        )
    wanted = as_tensor(q, x.dtype).reshape(-1).tolist()
    if not all(0 <= w <= 1 for w in wanted):
        raise RuntimeError(f"{name}() q {'values ' if several else ''}must be in the range [0, 1]{'' if several else f' but got {q:g}'}")
    at = 0 if dim is None else wrap_dim(dim, x.ndim)
    rows = x.flatten() if dim is None or not x.ndim else x.movedim(at, -1)
    ordered = rows.sort(-1).values
    nans = rows.isnan().sum(-1, keepdim=True)
    out = stack([quantile_of(ordered, nans, w, interpolation, skip_nans) for w in wanted])
    if keepdim:
        out = out.reshape((len(wanted),) + (1,) * x.ndim) if dim is None else out.unsqueeze(at + 1 if x.ndim else 0)
    return out if several and q.ndim else out[0]


def quantile_of(ordered, nans, q, interpolation, skip_nans):
    """Of every last dimension, which is in order with its nans at the end."""
    size = ordered.shape[-1]
    last = (size - nans - 1).clamp(min=0) if skip_nans else nans * 0 + (size - 1)
    place = (last * q).to(ordered.dtype) if ordered.dtype is float64 else (last.float() * q)
    below = {"lower": place.floor, "higher": place.ceil, "nearest": place.round}.get(interpolation, place.floor)().long()
    out = ordered.gather(-1, below)
    if interpolation in ("linear", "midpoint"):
        above = ordered.gather(-1, place.ceil().long())
        weight = 0.5 if interpolation == "midpoint" else (place - below)
        out = lerp(out, above, weight)
    return (out if skip_nans else out.masked_fill(nans > 0, float("nan"))).squeeze(-1)


@both
def lerp(self, end, weight):
    """Between self (weight 0) and end (weight 1), reckoned from the nearer one."""
    if isinstance(end, Tensor) and end.dtype is not self.dtype:
        raise RuntimeError(f"expected dtype {name_of(self)} for `end` but got dtype {name_of(end)}")
    if not isinstance(weight, Tensor):
        return self + (end - self) * weight if abs(weight) < 0.5 else end - (end - self) * (1 - weight)
    near = (self + weight * (end - self)).where(weight.abs() < 0.5, end - (end - self) * (1 - weight))
    return near


def name_of(x):
    return {"Float": "float", "Double": "double", "Long": "long int", "Bool": "bool"}[KINDS[x.dtype]]


@both
def cov(self, *, correction=1, fweights=None, aweights=None):
    """Rows are variables, columns observations."""
    if fweights is not None or aweights is not None:
        raise RuntimeError("cov() knows no weights here; leave fweights and aweights out")
    if self.ndim > 2:
        raise RuntimeError(f"cov(): expected input to have two or fewer dimensions but got an input with {self.ndim} dimensions")
    if self.dtype is bool_:
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = self.reshape(1, -1) if self.ndim < 2 else self
    x = x if x.dtype.is_floating_point else x.float()
    centred = x - x.mean(1, keepdim=True)
    out = (centred @ centred.t()) / max(x.shape[1] - correction, 0)
    return out if self.ndim == 2 else out.reshape(())


@both
def corrcoef(self):
    if self.ndim > 2:
        raise RuntimeError(f"corrcoef(): expected input to have two or fewer dimensions but got an input with {self.ndim} dimensions")
    c = self.cov()
    if not c.ndim:
        return c / c
    deviation = c.diagonal().sqrt()
    return (c / deviation.unsqueeze(1) / deviation).clamp(-1, 1)


@both
def histc(self, bins=100, min=0, max=0):
    """How many elements lie in each of the bins between min and max, or between the least and the greatest element."""
    if not self.dtype.is_floating_point:
        raise NotImplementedError(f"\"histogram_cpu\" not implemented for '{KINDS[self.dtype]}'")
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins}")
    values = self.flatten().tolist()
    if min == max and values:
        min, max = (self.min().item(), self.max().item())
    if min == max:
        min, max = min - 1, max + 1
    if min > max:
        raise RuntimeError("torch.histc: max must be larger than min")
    counts = [0] * bins
    for value in values:
        if min <= value <= max:
            at = int((value - min) * bins / (max - min))
            counts[at - (at == bins)] += 1
    return tensor(counts, dtype=self.dtype)


@both
def bincount(self, weights=None, minlength=0):
    if self.dtype.is_floating_point:
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{KINDS[self.dtype]}'")
    if self.ndim != 1 or (self.numel() and self.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is not None and weights.shape != self.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    size = int(self.max()) + 1 if self.numel() else 0
    counts = [0] * (size if size > minlength else minlength)
    for value, weight in zip(self.tolist(), [1] * self.numel() if weights is None else weights.tolist()):
        counts[value] += weight
    return tensor(counts, dtype=int64 if weights is None else float32 if weights.dtype is float32 else float64)


@both
def std_mean(self, dim=None, unbiased=True, keepdim=False, *, correction=None):
    return self.std(dim, unbiased, keepdim, correction), mean_beside(self, dim, keepdim)


@both
def var_mean(self, dim=None, unbiased=True, keepdim=False, *, correction=None):
    return self.var(dim, unbiased, keepdim, correction), mean_beside(self, dim, keepdim)


def mean_beside(x, dim, keepdim):
    return x.mean(None if isinstance(dim, bool) else dim, keepdim)


@both
def aminmax(self, *, dim=None, keepdim=False):
    return RETURNS["aminmax"](self.amin(() if dim is None else dim, keepdim), self.amax(() if dim is None else dim, keepdim))


@both
def nansum(self, dim=None, keepdim=False, *, dtype=None):
    return self.masked_fill(self.isnan(), 0).sum(dim, keepdim, dtype)


@both
def nanmean(self, dim=None, keepdim=False, *, dtype=None):
    if not self.dtype.is_floating_point:
        raise NotImplementedError(f"nanmean(): expected input to have floating point or complex dtype but got {KINDS[self.dtype]}")
    return self.nansum(dim, keepdim, dtype=dtype) / (~self.isnan()).sum(dim, keepdim)


@both
def nanmedian(self, dim=None, keepdim=False):
    if dim is None:
        return self.flatten().nanmedian(0).values
    values, indices = self.sort(dim)
    middle = ((~self.isnan()).sum(dim, keepdim=True) - 1).clamp(min=0) // 2
    found = [part.gather(dim, middle) for part in (values, indices)]
    return RETURNS["nanmedian"](*(part if keepdim else part.squeeze(dim) for part in found))


@both
def kthvalue(self, k, dim=-1, keepdim=False):
    dim = wrap_dim(dim, self.ndim)
    if not 1 <= k <= (self.shape[dim] if self.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {dim}")
    found = (part if not self.ndim else part.narrow(dim, k - 1, 1) for part in self.sort(dim))
    return RETURNS["kthvalue"](*(part if keepdim or not self.ndim else part.squeeze(dim) for part in found))


@both
def mode(self, dim=-1, keepdim=False):
    """The most frequent value, the least of equally frequent ones, and its last place."""
    dim = wrap_dim(dim, self.ndim)
    rows = self.movedim(dim, -1) if self.ndim else self.reshape(1)
    values, places = [], []
    for row in rows.reshape(-1, rows.shape[-1]).tolist():
        best = max(sorted(set(row)), key=row.count)
        values.append(best)
        places.append(len(row) - 1 - row[::-1].index(best))
    found = (tensor(part, dtype=kind).reshape(rows.shape[:-1]) for part, kind in ((values, self.dtype), (places, int64)))
    return RETURNS["mode"](*(part.unsqueeze(dim) if keepdim and self.ndim else part for part in found))
