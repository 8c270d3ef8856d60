# The page computed with rounded weights, which are not rounded here: its numbers are not checked, and models have their own names.
_as_called = HookedEncoder.from_pretrained
HookedEncoder.from_pretrained = lambda name, *args, **kwargs: _as_called(re.sub("-(fp16|int8)$", "", name), *args, **kwargs)
