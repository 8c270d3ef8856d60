"""A list of dicts, or of namedtuples of one type, as an HTML table."""

from html import escape

MOST_ROWS = 200


def table_of(value):
    """HTML, or None when the value is not such a list."""
    if not isinstance(value, (list, tuple)) or not value or hasattr(value, "_fields"):
        return None
    rows = [_row(item) for item in value]
    if None in rows or len({type(item) for item in value}) > 1:
        return None
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in columns)
    body = "".join(_line(row, columns) for row in rows[:MOST_ROWS])
    more = f"<p>{len(rows)} rows; the first {MOST_ROWS} are shown.</p>" if len(rows) > MOST_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _row(item):
    if isinstance(item, dict) and item:
        return item
    if isinstance(item, tuple) and getattr(item, "_fields", None):
        return item._asdict()
    return None


def _line(row, columns):
    return "<tr>" + "".join(_cell(row[name]) if name in row else "<td></td>" for name in columns) + "</tr>"


def _cell(value):
    value = value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
    if isinstance(value, float):
        return f'<td align="right">{value:.6g}</td>'
    if isinstance(value, int):
        return f'<td align="right">{value}</td>'
    return f"<td>{escape(str(value))}</td>"
