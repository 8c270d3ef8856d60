"""pip install and its like: skipped for what is here, refused in a sentence for what is not."""

import shlex
import sys

from ._packages import imported_name, is_here, missing

# options of pip's that are followed by a value
WITH_VALUE = {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "--constraint", "-t", "--target", "--channel"}


def install(mark, program, arguments):
    """Carry out `program arguments`, written in a cell after `mark` (% or !)."""
    written = f"{mark}{program} {arguments}"
    verb, *words = _words(arguments) or [""]
    if verb != "install":
        raise RuntimeError(f"{mark}{program} {verb} is not on this page, where packages can be neither installed nor removed.")
    names, unread = [], iter(words)
    for word in unread:
        if word.startswith(("-r", "--requirement", "-e", "--editable")):
            raise RuntimeError(f"{written} cannot be carried out: files of packages cannot be installed on this page.")
        if word in WITH_VALUE:
            next(unread, None)
        elif not word.startswith("-"):
            names.append(_package(word))
    absent = [imported_name(name) for name in names if not is_here(name)]
    if absent:
        raise RuntimeError(missing(absent))
    print(f"Skipped: {written} (it is here already)", file=sys.stderr)


def _words(text):
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def _package(word):
    """A package's name without version, extras or address: transformer_lens of git+https://…/TransformerLens.git@main."""
    if "://" in word:
        word = word.partition("#egg=")[2] or word.rstrip("/").rpartition("/")[2].partition("@")[0].removesuffix(".git")
    for end in "<>=!~[;@ ":
        word = word.partition(end)[0]
    return word
