"""Executes notebooks that the page exported by "Open in Python" on the real stack, with the checks in them on.

    python model-export/reference/execute_notebooks.py [test/python/notebooks/NAME.ipynb ...]

Requirements: requirements.txt beside this file. An exported notebook holds the
numbers of the page as checks after the cells that made them; nbclient stops at the first that fails. Two lines of the
first cell are changed for this machine: nothing is installed, and the site is a folder here with the practice checkpoint.

Writes NAME.json beside each: hash of the executed file, versions, and what every cell put out with real torch and
TransformerLens, which the tests compare with what the page puts out. The tutorial's quiz is also answered, right and with
the wrong sign, after everything else in the notebook has run.

Then records notebooks/NAME.ipynb, which the site opens: each of its cells gets what it put out in one more run, with the
practice weights rounded to 16 bits, as the site keeps them; a form gets the page's own result, of `npm run record`. A cell
with the tag "unrecorded" gets nothing: its answer is for the reader to find.
"""

import ast
import hashlib
import importlib.util
import json
import re
import sys
import tempfile
import zlib
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient

REPO = Path(__file__).resolve().parents[2]
EXPORTED = REPO / "test/python/notebooks"
CHECKPOINT = REPO / "model-export/minibert-blimp/checkpoint"
NOTEBOOKS = REPO / "notebooks"
RESULT = REPO / "src/ui/experiment/recorded.json"
COMPARISON = "application/vnd.neuron-notebook.comparison+json"
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


def page_tables():
    """The page's own way to show a list of dicts, neuron_kernel._tables.table_of."""
    file = REPO / "src/python/site-packages/neuron_kernel/_tables.py"
    spec = importlib.util.spec_from_file_location("_tables", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.table_of


def as_the_page(output, table_of=page_tables()):
    """An output of Jupyter as the page keeps it; None for warnings and progress bars, which are of this machine."""
    kind = output.output_type
    if kind == "stream":
        if output.name == "stderr":
            return None
        return {"name": "stdout", "output_type": "stream", "text": output.text.splitlines(keepends=True)}
    data = dict(output.data)
    text = data["text/plain"]
    if kind == "execute_result" and "text/html" not in data and text.startswith("[{"):
        data["text/html"] = table_of(ast.literal_eval(text))
    lines = {name: value.splitlines(keepends=True) if isinstance(value, str) else value for name, value in sorted(data.items())}
    count = {"execution_count": None} if kind == "execute_result" else {}
    return {"data": lines, **count, "metadata": {}, "output_type": kind}


def joined(outputs):
    """What was printed in several goes as one text: how many there were is chance."""
    found = []
    for output in outputs:
        if found and output["output_type"] == found[-1]["output_type"] == "stream":
            found[-1]["text"] = "".join(found[-1]["text"] + output["text"]).splitlines(keepends=True)
        else:
            found.append(output)
    return found


def result_of(experiment):
    """A form's output: the page's own recorded result."""
    result = json.loads(RESULT.read_text())
    of, made = result["experiment"], result["provenance"]
    asked = [experiment[name] for name in ("sentence", "layer", "neuron", "hook", "candidates")]
    edit = of["edits"][0]
    assert asked == [of["sentence"], edit["layer"], edit["neuron"], edit["hook"], [word["text"] for word in of["candidates"]]]
    rows = [{name: row[name] for name in ("word", "before", "after", "delta")} for row in result["rows"]]
    lines = [f"{row['word']}\t{row['before']:.3e}\t{row['after']:.3e}\t{row['delta']:+.2%}" for row in rows]
    note = f"{made['model']} · revision {made['revision'][:14]} · {made['encoding']} weights"
    text = "\n".join(["det\toriginal\tafter erase kn\tdelta", *lines])
    data = {COMPARISON: {"rows": rows, "note": note}, "text/plain": text.splitlines(keepends=True)}
    return {"data": data, "metadata": {}, "output_type": "display_data"}, f"{made['runtime']} on {made['device']['name']}"


def record(file):
    """Put what the cells put out into the notebook that the export was made of."""
    def rounded(notebook):
        notebook.cells = [cell for cell in notebook.cells if not CHECK.match(cell.source)]
        first = notebook.cells[0]
        half = "for weights in model.parameters():\n        weights.data = weights.data.half().float()\n    return model.eval()"
        first.source, changed = re.subn(r"return model\.eval\(\)", half, first.source)
        assert changed == 1, "the first cell opens no practice model"

    ran = {cell.id: cell for cell in executed(file, rounded).cells}
    by = f"PyTorch {version('torch')} and TransformerLens {version('transformer-lens')}"
    target = NOTEBOOKS / file.name
    notebook = json.loads(target.read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        own = cell["metadata"].setdefault("neuron_notebook", {})
        own.pop("recorded", None)
        outputs, how = [], by
        if "unrecorded" not in cell["metadata"].get("tags", []):
            if "experiment" in own:
                output, how = result_of(own["experiment"])
                outputs = [output]
            else:
                outputs = joined([output for output in map(as_the_page, ran[cell["id"]].outputs) if output])
        if outputs:
            own["recorded"] = {"by": how, "crc32": zlib.crc32("".join(cell["source"]).encode())}
        if not own:
            del cell["metadata"]["neuron_notebook"]
        cell["outputs"] = outputs
    target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


def main():
    for file in [Path(argument) for argument in sys.argv[1:]] or sorted(EXPORTED.glob("*.ipynb")):
        real = execute(file)
        if file.stem == "suppression":
            check_quiz(file)
        file.with_suffix(".json").write_text(json.dumps(real, indent=2, ensure_ascii=False) + "\n")
        print(f"{file.name}: {real['checks']} checks passed")
        record(file)


main()
