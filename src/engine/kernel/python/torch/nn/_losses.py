"""Losses. Each has `reduction`: "mean", "sum" or "none"."""

from math import pi

from .._elementwise import where
from .._tensor import KINDS


def reduced(each, reduction):
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return each.mean() if reduction == "mean" else each.sum() if reduction == "sum" else each


def same_sizes(input, target):
    if input.shape != target.shape:
        raise ValueError(f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
                         "Please ensure they have the same size.")


def mse_loss(input, target, reduction="mean", weight=None):
    each = (input - target) ** 2
    return reduced(each if weight is None else each * weight, reduction)


def l1_loss(input, target, reduction="mean", weight=None):
    each = (input - target).abs()
    return reduced(each if weight is None else each * weight, reduction)


def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    if beta < 0:
        raise ValueError("smooth_l1_loss does not support negative values for beta")
    apart = (input - target).abs()
    return reduced((0.5 * apart * apart / beta).where(apart < beta, apart - 0.5 * beta) if beta else apart, reduction)


def huber_loss(input, target, reduction="mean", delta=1.0):
    apart = (input - target).abs()
    return reduced((0.5 * apart * apart).where(apart <= delta, delta * (apart - 0.5 * delta)), reduction)


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    same_sizes(input, target)
    if input.numel() and not bool(((input >= 0) & (input <= 1)).all()):
        raise RuntimeError("all elements of input should be between 0 and 1")
    each = -(target * input.log().clamp(min=-100) + (1 - target) * (1 - input).log().clamp(min=-100))
    return reduced(each if weight is None else each * weight, reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    share = 1 if pos_weight is None else (pos_weight - 1) * target + 1
    each = (1 - target) * input - share * input._float_unary("logsigmoid")
    return reduced(each if weight is None else each * weight, reduction)


def kl_div(input, target, reduction="mean", log_target=False):
    each = target.exp() * (target - input) if log_target else where(target == 0, 0.0, target * target.log()) - target * input
    if reduction == "batchmean":
        return each.sum() / input.shape[0] if input.ndim else each.sum()
    return reduced(each, reduction)


def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Minus the log-probability that `input` has at the class that `target` names."""
    if target.dtype.name != "int64":
        raise RuntimeError(f"expected scalar type Long but found {KINDS[target.dtype]}")
    axis = 0 if input.ndim == 1 else 1
    if target.shape != input.shape[:axis] + input.shape[axis + 1 :]:
        if input.ndim and target.ndim and input.shape[0] != target.shape[0]:
            raise ValueError(f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({target.shape[0]}).")
        raise RuntimeError(f"0D or 1D target tensor expected, multi-target not supported, but the target has shape {list(target.shape)}")
    counted = target != ignore_index
    classes = input.shape[axis]
    for label in target[counted].flatten().tolist():
        if not 0 <= label < classes:
            raise IndexError(f"Target {label} is out of bounds.")
    labels = target.masked_fill(~counted, 0)
    each = -input.gather(axis, labels.unsqueeze(axis)).squeeze(axis)
    shares = counted.to(input.dtype) if weight is None else weight[labels].masked_fill(~counted, 0)
    each = (each * shares).masked_fill(~counted, 0)
    return each.sum() / shares.sum() if reduction == "mean" else reduced(each, reduction)


def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """nll_loss of log_softmax; `target` holds classes, or a probability for every class."""
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    axis = 0 if input.ndim == 1 else 1
    if target.dtype.is_floating_point:
        if target.shape != input.shape:
            raise RuntimeError(f"Expected floating point type for target with class probabilities to have the shape of input, {list(input.shape)}, "
                               f"got {list(target.shape)}" if input.ndim == target.ndim else f"expected scalar type Long but found {KINDS[target.dtype]}")
        shares = target * (1 - label_smoothing) + label_smoothing / input.shape[axis]
        log = input.log_softmax(axis)
        log = log if weight is None else log * weight.reshape([-1 if d == axis else 1 for d in range(input.ndim)])
        each = -(log * shares).sum(axis)
        return each.sum() / (input.numel() // input.shape[axis]) if reduction == "mean" else reduced(each, reduction)
    log = input.log_softmax(axis)
    plain = nll_loss(log, target, weight, ignore_index, reduction)
    if not label_smoothing:
        return plain
    counted = target != ignore_index
    every = log if weight is None else log * weight.reshape([-1 if d == axis else 1 for d in range(input.ndim)])
    smooth = (-every.sum(axis)).masked_fill(~counted, 0)
    if reduction == "mean":
        total = counted.sum() if weight is None else weight[target.masked_fill(~counted, 0)].masked_fill(~counted, 0).sum()
        smooth = smooth.sum() / total
    else:
        smooth = reduced(smooth, reduction)
    return plain * (1 - label_smoothing) + smooth * (label_smoothing / input.shape[axis])


def cosine_embedding_loss(input1, input2, target, margin=0.0, reduction="mean"):
    from .._distances import cosine_similarity

    cosine = cosine_similarity(input1, input2, input1.ndim - 1)
    each = where(target == 1, 1 - cosine, (cosine - margin).clamp(min=0))
    return reduced(each, reduction)


def margin_ranking_loss(input1, input2, target, margin=0.0, reduction="mean"):
    return reduced((-target * (input1 - input2) + margin).clamp(min=0), reduction)


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, reduction="mean"):
    from .._distances import pairwise_distance

    near, far = (pairwise_distance(anchor, other, p, eps) for other in (positive, negative))
    return reduced((near - far + margin).clamp(min=0), reduction)


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    var = var.clamp(min=eps)
    each = 0.5 * (var.log() + (input - target) ** 2 / var)
    from math import log

    return reduced(each + 0.5 * log(2 * pi) if full else each, reduction)


