// Jupyter's commands in cells: carried out, skipped where they stand, or refused in a sentence; and what needs a keyboard,
// a thread, a program or a network.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";

let python: Python;
beforeAll(async () => {
  python = await startPython();
}, 120_000);

/** the cells of a file in the percent format */
const cells = (file: string) =>
  readFileSync(join(import.meta.dirname, "../fixtures/cells", file), "utf8")
    .split(/^# %%\n/m)
    .slice(1)
    .map((cell) => cell.replace(/\n$/, ""));

/** all that a cell puts out, as a person reads it */
const shown = (source: string) =>
  python
    .run(source)
    .outputs.map(({ text, traceback, data }) => {
      if (text !== undefined) return text;
      if (traceback) return (traceback as string[]).join("\n");
      const rich = data as Record<string, string>;
      return rich["text/html"] ?? rich["text/latex"] ?? rich["text/plain"];
    })
    .join("");

/** an error as a sentence of ours: one, with the line as it was written above it, and nothing of our own code */
function expectSentence(text: string, sentence: string, written: string) {
  expect(text.split("\n").at(-1)).toContain(sentence);
  expect(text).toContain(written);
  expect(text).not.toMatch(/SyntaxError|__jupyter__|neuron_kernel|During handling/);
  expect(text.match(/^\w+(Error|Exception):/gm)).toHaveLength(1);
}

const skipped = (command: string) => `Skipped: ${command} (it is here already)\n`;
const refused = (sentence: string) => ({ sentence });
const noShell = refused("there is no shell on this page");

describe.each<[file: string, expected: (string | RegExp | { sentence: string })[]]>([
  [
    "a1-setup-cell.py",
    [
      "on my own machine\n",
      "after the install\n",
      "not colab\n",
      "nothing to install\n",
      "went on\n",
      "went on\n",
      `${skipped("!pip install transformer_lens")}2 words, first is this\n`,
      "tensor([1, 2])\n",
      /^499500\nWall time: [\d.]+ \S?s\n$/,
      skipped("%pip install -q git+https://github.com/TransformerLensOrg/TransformerLens.git"),
      refused("files of packages cannot be installed on this page"),
      `${skipped("!pip install torch transformer_lens --quiet")}\n!important: read this first\n%see below\n\n`,
      /^Type: +int\nValue: +3\nDocstring:\nint\(/,
      /^[\d.]+ \S?s ± [\d.]+ \S?s per loop \(mean ± std\. dev\. of 7 runs, [\d,]+ loops? each\)\n$/,
    ],
  ],
  [
    "c2-commands.py",
    [
      `${skipped("!pip install transformer_lens")}3\n`,
      `${skipped("!pip install transformer_lens")}53\n`,
      /^Skipped: !pip install transformer_lens \(it is here already\)\nok\n$/,
      "ok\n",
      noShell,
      refused("circuitsvis is not here"),
      /\(it is here already\)\nok\n$/,
      "",
      "env: TOKENIZERS_PARALLELISM=false\n",
      "",
      /^\/\w*\n$/,
      "",
      noShell,
      "<b>hi</b>",
      "$x$",
      /^IN_COLAB\t .*\t html\t n\t note\t/,
    ],
  ],
])("%s", (file, expected) => {
  test.each(
    cells(file).map((source, i) => [i + 1, source, expected[i]!] as const),
  )("cell %i", (_, source, is) => {
    const text = shown(source);
    if (typeof is === "string") expect(text).toBe(is);
    else if (is instanceof RegExp) expect(text).toMatch(is);
    else
      expectSentence(
        text,
        is.sentence,
        source
          .split("\n")
          .find((line) => /[!%]/.test(line))!
          .trim(),
      );
  });
});

describe("a command", () => {
  test.each([
    ["if True:\n    %matplotlib inline", ""],
    ["for i in range(2):\n    %env A=1", "env: A=1\nenv: A=1\n"],
    ["a = (10\n     % 4)\n%matplotlib inline\nprint(a)", "2\n"],
    ["b = 7 \\\n  % 4\n%matplotlib inline\nprint(b)", "3\n"],
    ["c = f'''\n!ls {1:%}\n%who\n'''\n%matplotlib inline\nprint(c)", "\n!ls 100.000000%\n%who\n\n"],
    ["%env \\\n  A=2", "env: A=2\n"],
    ["A = 'x'\n%env B={A}$A", "env: B=xx\n"],
    ["print('why?')  # why?\n%matplotlib inline", "why?\n"],
    ["d = %pwd\nd == __import__('os').getcwd()", "True"],
    [
      "%pip install torch transformer_lens==3.9.0\nprint(5)",
      `${skipped("%pip install torch transformer_lens==3.9.0")}5\n`,
    ],
    ["%time e = 4\ne", /^Wall time: .*\n4$/],
    ["\n%%time\n'last'", /^Wall time: .*\n'last'$/],
    ["%%capture\nprint('hidden')\n5", ""],
    ["%%writefile /tmp/made.txt\n%who\n", "Writing /tmp/made.txt\n"],
    ["print(open('/tmp/made.txt').read())", "%who\n\n"],
    ["get_ipython().run_cell_magic('capture', '', 'print(1)')", ""],
    ["get_ipython().run_line_magic('time', '6 * 7')", /^Wall time: .*\n42$/],
    ["get_ipython().system('pip install torch')", skipped("!pip install torch")],
    ["'google.colab' in str(get_ipython())", "False"],
  ])("%j", (source, is) => {
    const text = shown(source);
    if (typeof is === "string") expect(text).toBe(is);
    else expect(text).toMatch(is);
  });

  test.each([
    ["x = 1\n%%time", "stands in the first line of a cell"],
    ["%prun x", "does not have; it has %cd"],
    ["%%javascript\nalert(1)", "no JavaScript of a notebook runs here"],
    ["%run other.py", "no other program runs here"],
    ["!wget https://a.b", "no network"],
    ["!pip list", "neither installed nor removed"],
    ["%pip install numpy pandas", "numpy and pandas are not here: torch has arrays"],
    ["%timeit -q 1", "the options -n and -r"],
    ["not_there?", "run the cell that assigns it first"],
    ["get_ipython().run_line_magic('bash', '')", "there is no shell"],
    ["get_ipython().kernel", "it has run_line_magic"],
  ])("%j is refused in a sentence, under the line as it was written", (source, sentence) => {
    expectSentence(shown(source), sentence, source.split("\n").find((line) => /[!%?(]/.test(line))!);
  });

  test("is not reached where Python does not come", () => {
    expect(shown("if False:\n    !rm -rf /\nelse:\n    print(1)")).toBe("1\n");
  });

  test.each([
    ["if True: !pip install torch"],
    ["[1,\n%who\n]"],
    ["int?.x"],
  ])("where none can stand, the error says so: %j", (source) => {
    expect(shown(source)).toMatch(
      /SyntaxError: invalid syntax\nA command of Jupyter's \(%, !, \?\) stands on a line/,
    );
  });

  test("a broken statement before it keeps its own error", () => {
    expect(shown("s = 'abc\n%matplotlib inline")).toContain(
      "unterminated string literal (detected at line 1)",
    );
    expect(shown("x = 1\n  %matplotlib inline")).toMatch(
      /%matplotlib inline\nIndentationError: unexpected indent$/,
    );
  });

  test("%time uses and assigns names for the marks of stale cells", () => {
    expect(python.run("%time timed_one = len(words)")).toMatchObject({
      assigned: ["timed_one"],
      used: ["words"],
    });
    expect(python.run("%matplotlib inline")).toMatchObject({ assigned: [], used: [] });
  });
});

describe("documentation", () => {
  test("name? shows signature and docstring, name?? the source", () => {
    python.run('def documented(x: int, *, y=2):\n    """What it does."""\n    return x');
    expect(shown("documented?")).toBe(
      "Signature: documented(x: int, *, y=2)\nType:      function\nDocstring:\nWhat it does.",
    );
    expect(shown("?documented")).toContain("What it does.");
    expect(shown("documented??")).toContain("    return x");
    expect(shown("import torch\ntorch.zeros?")).toMatch(/^Signature: zeros\(/);
  });
});

describe("what a page lacks", () => {
  test.each([
    ["input('word? ')", "input() cannot ask here"],
    ["from getpass import getpass\ngetpass()", "getpass.getpass() cannot ask here"],
    ["import sys\nfor line in sys.stdin: pass", "sys.stdin cannot ask here"],
    ["import sys\nsys.stdin.readline()", "sys.stdin cannot ask here"],
    [
      "import threading\nthreading.Thread(target=print).start()",
      "call the function itself, or run its parts in a loop",
    ],
    ["from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor(2)", "use map() or a loop"],
    ["from concurrent.futures import ProcessPoolExecutor\nProcessPoolExecutor(2)", "use map() or a loop"],
    ["import multiprocessing as mp\nmp.Pool(2)", "use map() or a loop"],
    ["import multiprocessing as mp\nmp.Process(target=print).start()", "use map() or a loop"],
    ["import subprocess\nsubprocess.run(['echo'])", "Popen() cannot start a program"],
    ["import os\nos.system('ls')", "os.system() cannot start a program"],
    ["import socket\nsocket.create_connection(('a', 1))", "the page has no network for cells"],
    ["import socket\nsocket.socket().connect(('a', 1))", "the page has no network for cells"],
    ["import urllib.request\nurllib.request.urlopen('https://a.b/c')", "the page has no network for cells"],
    [
      "from http.client import HTTPConnection\nHTTPConnection('a').request('GET', '/')",
      "no network for cells",
    ],
  ])("%j is refused in a sentence", (source, sentence) => {
    expectSentence(shown(source), sentence, source.split("\n").at(-1)!);
  });

  test("logging, warnings and files in memory work", () => {
    const source = cells("a5-async-input.py").find((cell) => cell.startsWith("import logging"))!;
    expect(shown(source)).toMatch(
      /^INFO:root:loaded 3 prompts\nWARNING:mine:careful\nCell \[\d+\], line 6: DeprecationWarning: old name\n.*\n.*line 7: UserWarning: look here\n/,
    );
  });

  test("modules that are patched when they are imported keep their loaders", () => {
    expect(
      shown("import csv, http.client, inspect\n'HTTPConnection' in inspect.getsource(http.client)"),
    ).toBe("True");
  });
});

describe("packages", () => {
  test.each([
    ["numpy", "torch has arrays"],
    ["pandas", "shown as a table"],
    ["matplotlib.pyplot", "neuron_notebook.compare"],
    ["plotly.express", "neuron_notebook.compare"],
    ["circuitsvis", "neuron_notebook.compare"],
    ["transformers", "transformer_lens.HookedEncoder"],
    ["datasets", "dropped onto the notebook"],
    ["requests", "no network"],
    ["sklearn.linear_model", "torch has arrays"],
    ["some_package_of_mine", "open the notebook in Jupyter if it needs some_package_of_mine"],
  ])("a missing %s says in one sentence what does its job", (name, sentence) => {
    const lines = shown(`import ${name}`).split("\n");
    expect(lines.at(-2)).toBe(`ModuleNotFoundError: No module named '${name.split(".")[0]}'`);
    expect(lines.at(-1)).toContain(sentence);
    expect(lines.at(-1)).toMatch(
      /^Packages cannot be installed on this page, so \w+ is not here: [^.]*[\w.(),' ;:]+\.$/,
    );
  });

  test("tqdm goes through what it is given, and tells at the end how far it came", () => {
    expect(shown("from tqdm.auto import tqdm\nprint([x for x in tqdm([1, 2], desc='words')])")).toMatch(
      /^words: 100%\|██████████\| 2\/2 \[00:00<00:00, [\d.]+it\/s\]\n\[1, 2\]\n$/,
    );
    expect(shown("from tqdm import trange\nfor i in trange(3, disable=True): print(i, end='')")).toBe("012");
    expect(shown("with tqdm(total=4, leave=False) as bar: bar.update(3)\nprint(bar.n)")).toBe("3\n");
    expect(shown("tqdm([1], nonsense=1)")).toContain("tqdm has no option nonsense on this page.");
  });

  test("jaxtyping annotates, and refuses to check", () => {
    const source = [
      "from typing import Optional",
      "import torch",
      "from jaxtyping import Float, Int",
      'def f(x: Float[torch.Tensor, "batch pos"], y: Optional[Int[torch.Tensor, ""]] = None) -> Float[torch.Tensor, ""] | None:',
      "    return x.sum()",
      "f(torch.ones(2, 2))",
    ].join("\n");
    expect(shown(source)).toBe("tensor(4.)");
    expect(shown('Float[torch.Tensor, "batch pos"]')).toBe('Float[Tensor, "batch pos"]');
    expect(shown('isinstance(1, Float[torch.Tensor, "a"])')).toContain(
      "not done on this page: compare tensor.shape",
    );
    expect(shown("from jaxtyping import PyTree")).toContain("it has Shaped, Bool");
  });
});
