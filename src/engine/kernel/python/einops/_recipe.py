"""What a pattern does to a tensor of some shape: split axes, permute them, reduce the last ones, add new ones, join."""

from math import prod

from ._pattern import DOTS, EinopsError, Number, Side, check_name

REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


def recipe(pattern, operation, given, shape):
    """(shape to split into, order of its axes, how many of them stay, {place: length} of new axes, shape at the end)

    :param given: lengths by name
    """
    left_text, right_text = pattern.split("->")
    left, right = Side(left_text), Side(right_text)
    _check(left, right, operation, given, pattern)
    named = len(left.composition) - left.has_dots
    if left.has_dots and len(shape) < named:
        raise EinopsError(f"Wrong shape: expected >={named} dims. Received {len(shape)}-dim tensor.")
    if not left.has_dots and len(shape) != named:
        raise EinopsError(f"Wrong shape: expected {named} dims. Received {len(shape)}-dim tensor.")
    hidden = [f"{DOTS}{i}" for i in range(len(shape) - named)]
    before = _spelled(left.composition, hidden)
    after = _spelled(right.composition, hidden)
    axes = [name for group in before for name in group]
    wanted = [name for group in after for name in group]
    lengths = {name: name.length for name in [*axes, *wanted] if isinstance(name, Number)}
    for name, length in given.items():
        try:
            check_name(name)
        except EinopsError:
            raise EinopsError("Invalid name for an axis", name) from None
        if name not in axes and name not in wanted:
            raise EinopsError(f"Axis {name} is not used in transform")
        lengths[name] = length
    for group in before:
        unknown = {name for name in group if name not in lengths}
        if len(unknown) > 1:
            raise EinopsError(f"Could not infer sizes for {unknown}")
    for group, length in zip(before, shape):
        _measure(group, length, lengths)
    kept = [name for name in wanted if name in axes]
    order = [*kept, *(name for name in axes if name not in wanted)]
    added = {place: lengths[name] for place, name in enumerate(wanted) if name not in axes}
    joined = [prod(lengths[name] for name in group) for group in after]
    return [lengths[name] for name in axes], [axes.index(name) for name in order], len(kept), added, joined


def _spelled(composition, hidden):
    """With one axis for each that the dots stand for."""
    groups = []
    for group in composition:
        if group == DOTS:
            groups += [[name] for name in hidden]
        else:
            groups.append([each for name in group for each in (hidden if name == DOTS else [name])])
    return groups


def _measure(group, length, lengths):
    """Find the length of an axis from that of what it is put together to."""
    unknown = [name for name in group if name not in lengths]
    known = prod(lengths[name] for name in group if name in lengths)
    if not unknown and length != known:
        raise EinopsError(f"Shape mismatch, {length} != {known}")
    if unknown and length % known:
        raise EinopsError(f"Shape mismatch, can't divide axis of length {length} in chunks of {known}")
    for name in unknown:
        lengths[name] = length // known


def _check(left, right, operation, given, pattern):
    """That both sides have the names that the operation asks for."""
    if right.has_dots and not left.has_dots:
        raise EinopsError(f"Ellipsis found in right side, but not left side of a pattern {pattern}")
    if left.dots_in_brackets:
        raise EinopsError(f"Ellipsis inside parenthesis in the left side is not allowed: {pattern}")
    ours, theirs = set(left.names), set(right.names)
    if operation == "rearrange":
        if left.has_numbers or right.has_numbers:
            raise EinopsError("Non-unitary anonymous axes are not supported in rearrange (exception is length 1)")
        if ours ^ theirs:
            raise EinopsError(f"Identifiers only on one side of expression (should be on both): {ours ^ theirs}")
    elif operation == "repeat":
        if ours - theirs:
            raise EinopsError(f"Unexpected identifiers on the left side of repeat: {ours - theirs}")
        unsized = {name for name in theirs if not isinstance(name, Number)} - ours - set(given)
        if unsized:
            raise EinopsError(f"Specify sizes for new axes in repeat: {unsized}")
    elif operation in REDUCTIONS or callable(operation):
        if theirs - ours:
            raise EinopsError(f"Unexpected identifiers on the right side of reduce {operation}: {theirs - ours}")
    else:
        raise EinopsError(f"Unknown reduction {operation}. Expect one of {REDUCTIONS}.")
