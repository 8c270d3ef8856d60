"""Names for a sentence: those that differ in the layer only are told together, as blocks.{l}.mlp.hook_post (l = 0 to 11)."""


def listed(names):
    kinds = {}
    for name in names:
        block, *rest = name.split(".", 2)
        inside = block == "blocks" and rest
        kind = ".".join([block, "{l}", *rest[1:]]) if inside else name
        kinds.setdefault(kind, []).extend(map(int, rest[:1]) if inside else [])
    return ", ".join(_told(kind, layers) for kind, layers in kinds.items())


def _told(kind, layers):
    return kind.replace("{l}", str(layers[0])) if len(layers) == 1 else kind + _span(layers)


def _span(layers):
    if not layers:
        return ""
    whole = len(layers) > 2 and layers == list(range(layers[0], layers[-1] + 1))
    return f" (l = {f'{layers[0]} to {layers[-1]}' if whole else ', '.join(map(str, layers))})"
