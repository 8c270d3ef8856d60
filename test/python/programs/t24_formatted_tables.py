import torch
from collections import namedtuple
Row = namedtuple("Row", ["word", "before", "after"])
before = torch.tensor([0.0326, 0.0071, 0.000641, 0.0000994])
after = torch.tensor([0.0141, 0.00255, 0.00272, 0.000321])
words = ["these", "those", "this", "that"]
rows = [Row(w, b.item(), a.item()) for w, b, a in zip(words, before, after)]
print(f"{'word':<8}|{'before':>12}|{'after':>12}|{'change':>10}")
print("-" * 45)
for row in sorted(rows, key=lambda r: r.after / r.before):
    print(f"{row.word:<8}|{row.before:>12.3e}|{row.after:>12.5f}|{(row.after - row.before) / row.before:>+10.1%}")
print([{"word": w, "delta": round(((a - b) / b).item(), 3)} for w, b, a in zip(words, before, after)])
print(rows[0]._replace(before=0.5, after=0.25), rows[0]._fields, max(rows, key=lambda r: r.before).word)
print("%s %.2e %6.2f%%" % (words[0], before[0], 100 * after[0]), "{:>10.4f}".format(before[1].item()), f"{before[2]:.2e}", f"{after.sum():.3f}")
print(dict(zip(words, [f"{v:.4f}" for v in after.tolist()])), str(before[0]), repr(after[:2]))
