"""A progress line as tqdm's, in plain text: now and then while a loop runs, and once at its end."""

import sys
import time

__all__ = ["tqdm", "trange"]
EVERY = 5  # seconds between lines
WIDTH = 10
# options that say only how often and how wide the line is drawn
LOOKS = "ncols ascii mininterval maxinterval miniters smoothing bar_format unit_scale unit_divisor dynamic_ncols position colour delay".split()


class tqdm:
    """Goes through an iterable, and tells on stderr how far it is.

    Options that say how the line looks (LOOKS) change nothing: it is plain text, and comes seldom.
    """

    def __init__(self, iterable=None, desc=None, total=None, leave=True, file=None, disable=False, unit="it", initial=0, postfix=None, **looks):
        if unknown := looks.keys() - set(LOOKS):
            raise TypeError(f"tqdm has no option {', '.join(sorted(unknown))} on this page.")
        if total is None and hasattr(iterable, "__len__"):
            total = len(iterable)
        self.iterable, self.desc, self.total, self.leave, self.unit = iterable, desc or "", total, leave, unit
        self.n, self.disable = initial, disable
        self.postfix = ""
        self._file, self._initial = file, initial
        self._began = self._told = time.monotonic()
        self._closed = False
        if postfix:
            self.set_postfix(postfix)

    def __iter__(self):
        try:
            for value in self.iterable:
                yield value
                self.update()
        finally:
            self.close()

    def __len__(self):
        return self.total if self.iterable is None else len(self.iterable)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __bool__(self):
        return self.total > 0 if self.total is not None else self.iterable is not None

    def update(self, n=1):
        """Count n more."""
        self.n += n
        if time.monotonic() - self._told > EVERY:
            self.refresh()

    def refresh(self, *_, **__):
        """Say now how far it is."""
        self._told = time.monotonic()
        if not self.disable:
            self.write(str(self), self._file or sys.stderr)

    def close(self):
        """Say how far it came, once."""
        if not self._closed and self.leave:
            self.refresh()
        self._closed = True

    def reset(self, total=None):
        """Begin anew."""
        self.n, self.total, self._initial = 0, total or self.total, 0
        self._began, self._closed = time.monotonic(), False

    def set_description(self, desc=None, refresh=True):
        """The text in front."""
        self.desc = desc or ""

    set_description_str = set_description

    def set_postfix(self, ordered_dict=None, refresh=True, **values):
        """Names and values behind."""
        values = {**(ordered_dict or {}), **values}
        shown = (f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}" for name, value in values.items())
        self.postfix = ", ".join(shown)

    def set_postfix_str(self, s="", refresh=True):
        """A text behind."""
        self.postfix = str(s)

    @classmethod
    def write(cls, s, file=None, end="\n", nolock=False):
        """Print a line."""
        (file or sys.stdout).write(f"{s}{end}")

    def __str__(self):
        seconds = time.monotonic() - self._began
        rate = (self.n - self._initial) / seconds if seconds else 0
        speed = f"{rate:.2f}{self.unit}/s" if rate >= 1 or not rate else f"{1 / rate:.2f}s/{self.unit}"
        behind = f", {self.postfix}" if self.postfix else ""
        front = f"{self.desc}: " if self.desc else ""
        if not self.total:
            return f"{front}{self.n}{self.unit} [{_clock(seconds)}, {speed}{behind}]"
        part = self.n / self.total
        bar = "█" * min(int(part * WIDTH), WIDTH)
        left = _clock((self.total - self.n) / rate) if rate else "?"
        return f"{front}{part:4.0%}|{bar:{WIDTH}}| {self.n}/{self.total} [{_clock(seconds)}<{left}, {speed}{behind}]"


def trange(*args, **kwargs):
    """tqdm(range(*args), **kwargs)"""
    return tqdm(range(*args), **kwargs)


def _clock(seconds):
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
