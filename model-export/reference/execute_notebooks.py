"""Executes notebooks that the page exported by "Open in Python" on the real stack, with the checks in them on.

    python model-export/reference/execute_notebooks.py [test/python/notebooks/NAME.ipynb ...]

Requirements: requirements.txt beside this file. An exported notebook holds the
numbers of the page as checks after the cells that made them; nbclient stops at the first that fails. Two lines of the
first cell are changed for this machine: nothing is installed, and the site is a folder here with the practice checkpoint.

Writes NAME.json beside each: hash of the executed file, versions, and what every cell put out with real torch and
TransformerLens, which the tests compare with what the page puts out. The tutorial's quiz is also answered, right and with
the wrong sign, after everything else in the notebook has run.
"""

import hashlib
import json
import re
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient

REPO = Path(__file__).resolve().parents[2]
EXPORTED = REPO / "test/python/notebooks"
CHECKPOINT = REPO / "model-export/minibert-blimp/checkpoint"
CHECK = re.compile(r"check_(printed|value|comparison)\(")


def site_in(folder):
    """A folder that answers like the site as far as checkpoints go; its file: address."""
    models = folder / "site/models/minibert-blimp"
    models.mkdir(parents=True)
    (models / "checkpoint").symlink_to(CHECKPOINT)
    return (folder / "site").as_uri()


def adapt(notebook, site):
    """The first cell with this machine's packages and models."""
    first = notebook.cells[0]
    first.source, installs = re.subn(r"(?m)^%pip install .*\n", "", first.source)
    first.source, sites = re.subn(r'(?m)^SITE_URL = ".*"', f'SITE_URL = "{site}"', first.source)
    assert (installs, sites) == (1, 1), "the first cell is not that of Open in Python"


def put_out(cell):
    """What a cell printed to stdout, and the text of its value."""
    printed = "".join(out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stdout")
    values = [out.data["text/plain"] for out in cell.outputs if out.output_type == "execute_result"]
    return {"printed": printed, "value": values[0] if values else None}


def executed(file, change=lambda notebook: None):
    """An exported notebook, run; raises nbclient's CellExecutionError where a check or a cell fails."""
    notebook = nbformat.read(file, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        adapt(notebook, site_in(Path(folder)))
        change(notebook)
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    return notebook


def check_quiz(file):
    """Answer the quiz as a student does, with a word of the practice model, and see what the notebook says of it."""
    for sign, said in (("", "That is what your run gives."), ("-", "The size is right. Look at the sign")):
        answers = {
            r"(?m)^my_word = ''$": "my_word = 'many'",
            r"(?m)^my_delta = None\b.*$": f"my_delta = {sign}round(100 * (my_after - my_before) / my_before, 2)",
        }

        def answer(notebook):
            # the checks are of the quiz without an answer, and have passed
            notebook.cells = [cell for cell in notebook.cells if not CHECK.match(cell.source)]
            for pattern, text in answers.items():
                [cell] = [each for each in notebook.cells if re.search(pattern, each.source)]
                cell.source = re.sub(pattern, text, cell.source)

        last = [cell for cell in executed(file, answer).cells if cell.cell_type == "code"][-1]
        assert put_out(last)["printed"].startswith(said), put_out(last)


def execute(file):
    """Run one exported notebook, and say what it put out."""
    notebook = executed(file)
    code = [cell for cell in notebook.cells[1:] if cell.cell_type == "code"]
    checks = [cell for cell in code if CHECK.match(cell.source)]
    assert checks, f"{file.name} has no checks"
    packages = ("torch", "transformers", "transformer-lens")
    return {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "versions": {package: version(package) for package in packages},
        "checks": len(checks),
        "cells": {cell.id: put_out(cell) for cell in code if cell not in checks},
    }


def main():
    for file in [Path(argument) for argument in sys.argv[1:]] or sorted(EXPORTED.glob("*.ipynb")):
        record = execute(file)
        if file.stem == "suppression":
            check_quiz(file)
        file.with_suffix(".json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
        print(f"{file.name}: {record['checks']} checks passed")


main()
