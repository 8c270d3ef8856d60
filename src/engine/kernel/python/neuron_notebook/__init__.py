"""Helpers of this page's own: compare() shows probabilities before and after as a table and a plot."""

from html import escape

MIME = "application/vnd.neuron-notebook.comparison+json"
__all__ = ["compare"]


def compare(before, after, words):
    """Show what happened to the probability of every word: before, after, and the change (after - before) / before.

    `before` and `after` are tensors or lists of probabilities, one for each of `words`, as
    `model(tokens)[0, position].softmax(0)[ids]` gives them.
    """
    before, after, words = _numbers(before, "before"), _numbers(after, "after"), list(words)
    if not len(before) == len(after) == len(words):
        raise ValueError(
            f"compare() needs one number before and one after for every word, "
            f"but got {len(before)} before, {len(after)} after and {len(words)} words."
        )
    rows = [_row(*row) for row in zip(words, before, after)]
    data = {MIME: {"rows": rows}, "text/html": _html(rows), "text/plain": _text(rows)}

    from neuron_kernel import display

    display(data, raw=True)


def _numbers(values, name):
    """Plain floats of a tensor or a list of numbers; probabilities only."""
    values = values.tolist() if hasattr(values, "tolist") else [float(value) for value in values]
    if not isinstance(values, list) or any(isinstance(value, list) for value in values):
        raise ValueError(f"compare() needs one row of probabilities as '{name}', such as probs[ids].")
    for value in values:
        if not 0 <= value <= 1:
            raise ValueError(f"compare() shows probabilities, and {value:.6g} in '{name}' is not between 0 and 1. Take the softmax first.")
    return values


def _row(word, before, after):
    """A probability of 0 has changed by no number of per cent, so its delta is None."""
    return {"word": str(word), "before": before, "after": after, "delta": (after - before) / before if before else None}


def _change(row):
    return "n/a" if row["delta"] is None else f"{row['delta']:+.2%}"


def _text(rows):
    """As the course prints it."""
    lines = ["det\toriginal\tafter erase kn\tdelta"]
    lines += [f"{row['word']}\t{row['before']:.3e}\t{row['after']:.3e}\t{_change(row)}" for row in rows]
    return "\n".join(lines)


def _html(rows):
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("word", "before", "after", "change"))
    body = "".join(
        f'<tr><th scope="row">{escape(row["word"])}</th>'
        f'<td align="right">{row["before"]:.3e}</td><td align="right">{row["after"]:.3e}</td><td align="right">{_change(row)}</td></tr>'
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
