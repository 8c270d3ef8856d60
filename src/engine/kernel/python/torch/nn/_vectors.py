"""Functions of vectors: normalising, layers with weights that are given, padding, distances."""

from math import sqrt

from .._create import arange
from .._distances import cosine_similarity, pairwise_distance  # noqa: F401
from .._join import cat
from .._rearrange import tril
from .._tensor import Tensor
from ._activations import dropout


def normalize(input, p=2.0, dim=1, eps=1e-12):
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    dims = sizes(input, normalized_shape)
    centred = input - input.mean(dims, keepdim=True)
    out = centred * (input.var(dims, correction=0, keepdim=True) + eps).rsqrt()
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


def rms_norm(input, normalized_shape, weight=None, eps=None):
    dims = sizes(input, normalized_shape)
    out = input * ((input * input).mean(dims, keepdim=True) + (1.1920928955078125e-07 if eps is None else eps)).rsqrt()
    return out if weight is None else out * weight


def sizes(input, normalized_shape):
    """The last dimensions, which must have these sizes."""
    if isinstance(normalized_shape, int):
        raise TypeError("layer_norm(): argument 'normalized_shape' (position 2) must be tuple of ints, not int")
    shape = tuple(normalized_shape)
    if tuple(input.shape[-len(shape) :]) != shape:
        expected = ", ".join(map(str, ("*", *shape)))
        raise RuntimeError(
            f"Given normalized_shape={list(shape)}, expected input with shape [{expected}], but got input of size{list(input.shape)}"
        )
    return list(range(-len(shape), 0))


def linear(input, weight, bias=None):
    if not isinstance(input, Tensor):
        raise TypeError(f"linear(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if input.ndim > 1 and weight.ndim == 2 and input.shape[-1] != weight.shape[1]:
        rows = input.numel() // input.shape[-1] if input.shape[-1] else 0
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows}x{input.shape[-1]} and {weight.shape[1]}x{weight.shape[0]})")
    out = input @ weight.t()
    return out if bias is None else out + bias


def embedding(input, weight, padding_idx=None):
    """The rows of `weight` with these numbers."""
    if input.dtype.is_floating_point:
        raise RuntimeError("Expected tensor for argument #1 'indices' to have scalar type Long; but got a floating point tensor instead")
    if input.numel() and not 0 <= int(input.min()) <= int(input.max()) < weight.shape[0]:
        raise IndexError("index out of range in self")
    return weight[input]


def one_hot(tensor, num_classes=-1):
    """A 1 at the place that each number names."""
    if tensor.dtype.name != "int64":
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if not tensor.numel() and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if tensor.numel() and int(tensor.min()) < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes == -1:
        num_classes = int(tensor.max()) + 1
    elif num_classes < 1 and num_classes != -1:
        raise RuntimeError("num_classes should be positive")
    elif tensor.numel() and int(tensor.max()) >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return (tensor.unsqueeze(-1) == arange(num_classes)).long()


def pad(input, pad, mode="constant", value=None):
    """Room before and after, given from the last dimension on; a negative number cuts off."""
    if len(pad) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pad) // 2 > input.ndim:
        raise RuntimeError("Padding length should be less than or equal to two times the input dimension but got padding length "
                           f"{len(pad)} and input of dimension {input.ndim}")
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if mode != "constant" and value is not None:
        raise ValueError(f'Padding mode "{mode}" doesn\'t take in value argument')
    out = input
    for i in range(len(pad) // 2):
        dim = input.ndim - 1 - i
        out = padded(out, dim, pad[2 * i], pad[2 * i + 1], mode, 0 if value is None else value)
    return out.clone() if out is input else out


def padded(x, dim, before, after, mode, value):
    size = x.shape[dim]
    if size + before + after < 0:
        raise RuntimeError(f"narrow(): length must be non-negative, but dimension {dim} would have size {size + before + after}")
    if mode != "constant":
        if mode == "reflect" and max(before, after) >= size:
            raise RuntimeError(
                f"Argument #4: Padding size should be less than the corresponding input dimension, but got: padding ({before}, {after}) "
                f"at dimension {dim} of input {list(x.shape)}"
            )
        places = range(-before, size + after)
        at = {
            "replicate": lambda i: min(max(i, 0), size - 1),
            "circular": lambda i: i % size,
            "reflect": lambda i: -i if i < 0 else 2 * (size - 1) - i if i >= size else i,
        }[mode]
        return x[(slice(None),) * dim + ([at(i) for i in places],)]
    x = x.narrow(dim, -min(before, 0), size + min(before, 0) + min(after, 0))
    room = [x.new_full(x.shape[:dim] + (max(n, 0),) + x.shape[dim + 1 :], value) for n in (before, after)]
    return cat([room[0], x, room[1]], dim)


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None):
    scores = query @ key.transpose(-2, -1) * (1 / sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = tril(scores.new_ones(scores.shape[-2:])).bool()
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, float("-inf")) if attn_mask.dtype.name == "bool" else scores + attn_mask
    return dropout(scores.softmax(-1), dropout_p) @ value
