// How a cell is run: values, tracebacks, names, rich outputs, refusals and completions.

import { beforeAll, describe, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";

let python: Python;

beforeAll(async () => {
  python = await startPython();
}, 120_000);

const data = (source: string) => python.run(source).outputs.at(-1)?.data as Record<string, string>;
const traceback = (source: string) => (python.run(source).outputs.at(-1)?.traceback as string[]).join("\n");

describe("the value of a cell", () => {
  test("is that of its last expression, with the cell's number", () => {
    const { outputs } = python.run("x = 20\nx + 1");
    expect(outputs).toEqual([
      {
        output_type: "execute_result",
        execution_count: expect.any(Number),
        data: { "text/plain": "21" },
        metadata: {},
      },
    ]);
  });

  test.each([
    ["x = 3"],
    ["None"],
    ["x;"],
    ["def f():\n    return 1"],
    [""],
    ["# only a comment"],
  ])("%j has none", (source) => {
    expect(python.run(source)).toMatchObject({ kind: "done", outputs: [] });
  });

  test("is shown where only a comment ends in a semicolon", () => {
    expect(data("5  # five;")).toEqual({ "text/plain": "5" });
  });

  test("comes after what was printed, and printed text keeps its order with display", () => {
    const { outputs } = python.run("print('a', end='')\ndisplay(1)\nprint('b')\n'c'");
    expect(
      outputs.map((output) => output.text ?? (output.data as Record<string, string>)["text/plain"]),
    ).toEqual(["a", "1", "b\n", "'c'"]);
  });

  test("stderr is a stream of its own", () => {
    expect(python.run("import sys\nprint('hm', file=sys.stderr)").outputs).toEqual([
      { output_type: "stream", name: "stderr", text: "hm\n" },
    ]);
  });

  test("variables last from cell to cell, and __name__ is __main__", () => {
    python.run("kept = 5");
    expect(python.run("print(kept, __name__)").printed).toBe("5 __main__\n");
  });
});

describe("rich values", () => {
  test("a list of dicts and a list of namedtuples are tables, and their text is escaped", () => {
    expect(data("[{'word': '<b>', 'p': 0.25}, {'word': 'x', 'n': 3}]")["text/html"]).toBe(
      '<table><thead><tr><th scope="col">word</th><th scope="col">p</th><th scope="col">n</th></tr></thead><tbody>' +
        '<tr><td>&lt;b&gt;</td><td align="right">0.25</td><td></td></tr><tr><td>x</td><td></td><td align="right">3</td></tr></tbody></table>',
    );
    const rows = data("from collections import namedtuple\nN = namedtuple('N', 'layer idx')\n[N(9, 1094)]");
    expect(rows["text/html"]).toContain('<th scope="col">idx</th>');
    expect(rows["text/plain"]).toBe("[N(layer=9, idx=1094)]");
    expect(data("[1, 2]")).toEqual({ "text/plain": "[1, 2]" });
  });

  test("_repr_html_, _repr_markdown_ and _repr_mimebundle_ are asked, and errors in them are the cell's", () => {
    expect(data("class A:\n    def _repr_html_(self): return '<i>a</i>'\nA()")["text/html"]).toBe("<i>a</i>");
    expect(data("class B:\n    def _repr_markdown_(self): return '*b*'\nB()")["text/markdown"]).toBe("*b*");
    expect(
      data("class C:\n    def _repr_mimebundle_(self, **_): return {'application/json': 1}\nC()"),
    ).toMatchObject({ "application/json": 1 });
    expect(traceback("class D:\n    def _repr_html_(self): return 1 / 0\nD()")).toContain(
      "ZeroDivisionError",
    );
    expect(data("import torch\ntorch.zeros(2)")).toEqual({ "text/plain": "tensor([0., 0.])" });
  });

  test("IPython.display", () => {
    const { outputs } = python.run(
      "from IPython.display import display, HTML, Markdown, clear_output\ndisplay(HTML('<b>1</b>'), Markdown('**2**'))\nclear_output()",
    );
    expect(outputs).toMatchObject([
      { output_type: "display_data", data: { "text/html": "<b>1</b>" } },
      { output_type: "display_data", data: { "text/markdown": "**2**" } },
      { output_type: "clear" },
    ]);
  });
});

describe("compare", () => {
  test("shows data for the page, a table, and the course's text", () => {
    const { outputs } = python.run(
      "import torch, neuron_notebook\nneuron_notebook.compare(torch.tensor([0.5, 0.25]), [0.25, 0.5], ['these', '<a>'])",
    );
    expect(outputs).toHaveLength(1);
    const shown = outputs[0]?.data as Record<string, unknown>;
    expect(shown["application/vnd.neuron-notebook.comparison+json"]).toEqual({
      rows: [
        { word: "these", before: 0.5, after: 0.25, delta: -0.5 },
        { word: "<a>", before: 0.25, after: 0.5, delta: 1 },
      ],
    });
    expect(shown["text/plain"]).toBe(
      "det\toriginal\tafter erase kn\tdelta\nthese\t5.000e-01\t2.500e-01\t-50.00%\n<a>\t2.500e-01\t5.000e-01\t+100.00%",
    );
    expect(shown["text/html"]).toContain("&lt;a&gt;");
  });

  test("says n/a of a probability that was 0, and shows the others", () => {
    const { outputs } = python.run(
      "import neuron_notebook\nneuron_notebook.compare([0.0, 0.5], [0.25, 0.5], ['a', 'b'])",
    );
    const shown = outputs[0]?.data as Record<string, unknown>;
    expect(shown["application/vnd.neuron-notebook.comparison+json"]).toEqual({
      rows: [
        { word: "a", before: 0, after: 0.25, delta: null },
        { word: "b", before: 0.5, after: 0.5, delta: 0 },
      ],
    });
    expect(shown["text/plain"]).toContain("a\t0.000e+00\t2.500e-01\tn/a\nb\t5.000e-01\t5.000e-01\t+0.00%");
    expect(shown["text/html"]).toContain('<td align="right">2.500e-01</td><td align="right">n/a</td></tr>');
  });

  test.each([
    ["[0.5], [0.5], ['a', 'b']", "1 before, 1 after and 2 words"],
    ["[3.0], [0.5], ['a']", "Take the softmax first"],
    ["[[0.5]], [0.5], ['a']", "one row of probabilities"],
  ])("refuses %s", (args, sentence) => {
    expect(
      traceback(
        `import neuron_notebook\nneuron_notebook.compare(${args.replace("[[0.5]]", "torch.tensor([[0.5]])")})`,
      ),
    ).toContain(sentence);
  });
});

describe("errors", () => {
  test("a traceback starts in the cell, shows its lines and leaves ours out", () => {
    python.run("import torch\ndef f(x):\n    return x[7]");
    const { kind, outputs } = python.run("y = torch.zeros(2)\nf(y)");
    expect(kind).toBe("failed");
    const text = (outputs[0]?.traceback as string[]).join("\n");
    expect(text).toMatch(
      /^Traceback \(most recent call last\):\n {2}Cell \[\d+\], line 2, in <module>\n {4}f\(y\)/,
    );
    expect(text).toMatch(/Cell \[\d+\], line 3, in f\n {4}return x\[7\]/);
    expect(text).not.toMatch(/site-packages|neuron_kernel/);
    expect(outputs[0]).toMatchObject({
      ename: "IndexError",
      evalue: "index 7 is out of bounds for dimension 0 with size 2",
    });
  });

  test("a traceback shows what the cell calls in Python's own library", () => {
    expect(traceback("import json\njson.loads('{')")).toMatch(/Cell \[\d+\], line 2.*\/json\//s);
  });

  test("a syntax error points at its place", () => {
    expect(traceback("x = 1\nif x\n    pass")).toMatch(
      /Cell \[\d+\], line 2\n {4}if x\n {8}\^\nSyntaxError: expected ':'/,
    );
  });

  test.each([
    ["x = 1\n\nprint(x)\ndef f():\n    print(y)\n\n    global y", 7, "used prior to global declaration"],
    ["x = 1\n\n\ndef f(p, p): pass", 4, "duplicate argument 'p'"],
    ["# first\nx = 1\nnonlocal x", 3, "nonlocal declaration"],
    ["print('ran')\n\ndef f(): await x", 3, "'await' outside async function"],
    ["%pip install torch\nprint('ran')\nreturn 5", 3, "'return' outside function"],
  ])("what the compiler finds wrong in %j has the cell's own line, and nothing runs", (source, line, sentence) => {
    const text = traceback(source);
    const code = source.split("\n")[line - 1]!.trim();
    expect(text).toMatch(/^ {2}Cell \[\d+\], line /);
    expect(text).toContain(`, line ${line}\n    ${code}\n    `);
    expect(text).toMatch(new RegExp(`SyntaxError: .*${sentence}`));
    expect(text).not.toContain("/lib/");
    expect(python.run(source).printed).not.toContain("ran");
  });

  test("a warning of the compiler is given once", () => {
    expect(python.run("x = 1\nprint('\\d', x is 1)").printed.match(/SyntaxWarning/g)).toHaveLength(2);
  });

  test("an error while handling another shows both", () => {
    expect(
      traceback("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e"),
    ).toMatch(/ZeroDivisionError[\s\S]*direct cause[\s\S]*KeyError: 'k'/);
  });

  test.each([
    ["input('name?')", "input() cannot ask here"],
    ["breakpoint()", "no debugger"],
    ["exit()", "Restart"],
    ["import sys\nsys.exit(1)", "Restart"],
  ])("%s is refused with a sentence", (source, sentence) => {
    expect(traceback(source)).toContain(sentence);
  });
});

describe("names", () => {
  test.each([
    ["a = b + 1", ["a"], ["b"]],
    ["a = 1\nb = a", ["a", "b"], []],
    ["a += 1", ["a"], ["a"]],
    ["a = a + 1", ["a"], ["a"]],
    ["import torch.nn as nn, os.path\nfrom x import (y as z)", ["nn", "os", "z"], []],
    ["def f(p, q=d):\n    r = p + g\n    return r", ["f"], ["d", "g"]],
    ["for i in items:\n    total = total + i", ["i", "total"], ["items", "total"]],
    ["[k * n for k in ks]", [], ["ks", "n"]],
    ["with open(p) as h:\n    s = h", ["h", "s"], ["p"]],
    ["x[i] = v", [], ["i", "v", "x"]],
    ["class A(B):\n    c = d", ["A"], ["B", "d"]],
    ["print(len(w))", [], ["w"]],
    ["if (m := n) > 1:\n    pass", ["m"], ["n"]],
    ["def f():\n    global g\n    g = 1", ["f", "g"], []],
    [
      "q = await word(r)\nasync with o as p: s = [t async for t in g]",
      ["p", "q", "s"],
      ["g", "o", "r", "word"],
    ],
    ["def later():\n    return helper\nhelper = 1", ["helper", "later"], []],
  ])("%j", (source, assigned, used) => {
    expect(python.run(source)).toMatchObject({ assigned, used });
  });

  test("what an import leaves as it was is told from what it changes", () => {
    const imported = (source: string) => {
      const { assigned, reimported } = python.run(source);
      return { assigned, reimported };
    };
    python.run("from math import cos as wave, pi as half");
    expect(imported("from math import cos as wave, sin as half\nother = 1")).toEqual({
      assigned: ["half", "other", "wave"],
      reimported: ["wave"],
    });
    expect(imported("from math import cos as wave\n1 / 0").reimported).toEqual(["wave"]);
    expect(imported("wave = 3\nfrom math import cos as wave").reimported).toEqual([]);
    expect(imported("from math import cos as fresh").reimported).toEqual([]);
  });

  test("a cell that is nested too deeply to be read runs all the same", () => {
    const sum = Array(500).fill("kept_one").join(" + ");
    expect(python.run(`kept_one = 1\n${sum}`)).toMatchObject({
      kind: "done",
      outputs: [{ data: { "text/plain": "500" } }],
    });
  });

  test("names that a star import brings", () => {
    expect(python.run("from math import *").assigned).toEqual(expect.arrayContaining(["cos", "pi"]));
  });
});

describe("a name that is missing", () => {
  const unrun = [
    { label: "cell [2]", source: "import torch as far_away" },
    { label: "cell [3]", source: "%matplotlib inline\ntokens_above = 1\ndef maker(): inner = 2" },
    { label: "the 4th cell", source: "tokens_above = await 2" },
    { label: "cell [5]", source: "tokens_above = (" },
  ];
  const said = (source: string) => (python.run(source, unrun).outputs.at(-1)?.traceback as string[]).at(-1);

  test("and is assigned in a cell above that has not run says so", () => {
    expect(said("far_away.zeros(1)")).toBe(
      "far_away is assigned in cell [2] above, which has not run in this session: run it first.",
    );
    expect(said("def f(): return maker\nf()")).toContain("maker is assigned in cell [3] above");
    // the nearest one gives it
    expect(said("tokens_above")).toContain("in the 4th cell above");
  });

  test.each([
    "inner",
    "nowhere_at_all",
    "def g():\n    far_away += 1\ng()",
    "int.far_away",
  ])("says nothing of cells where none assigns it: %j", (source) => {
    expect(said(source)).toMatch(/^\w+Error: /);
  });
});

describe("documentation at a place", () => {
  test("is of the name there, or of the call around it", () => {
    python.run(
      'import torch\ndef shown(x, *, y=2):\n    """What it does."""\nclass Kept:\n    """A class."""\n    def __init__(self, n):\n        """Made with n."""',
    );
    const text = "Signature: shown(x, *, y=2)\nType:      function\nDocstring:\nWhat it does.";
    expect(python.inspect("shown", 2)).toEqual({ name: "shown", text });
    expect(python.inspect("a = shown(")).toEqual({ name: "shown", text });
    expect(python.inspect("a = shown([1, (2)], not_known")).toEqual({ name: "shown", text });
    expect(python.inspect("torch.zeros(2)", 8)?.name).toBe("torch.zeros");
    expect(python.inspect("print(shown(1), ")?.name).toBe("print");
    expect(python.inspect("Kept(")?.text).toBe(
      "Signature: Kept(n)\nType:      type\nDocstring:\nA class.\n\nMade with n.",
    );
    expect(python.inspect("nothing_known(")).toBeNull();
    expect(python.inspect("")).toBeNull();
  });
});

describe("completions", () => {
  const labels = (source: string, position?: number) =>
    python.complete(source, position).options.map(({ label }) => label);

  test("names of the session, attributes, modules and keys", () => {
    python.run("import torch\nweights = torch.zeros(2)\ntable = {'first': 1, 'other': 2}");
    expect(python.complete("wei")).toEqual({ from: 0, options: [{ label: "weights", kind: "variable" }] });
    expect(labels("torch.soft")).toEqual(["softmax"]);
    expect(python.complete("x = weights.arg").options).toEqual(
      expect.arrayContaining([{ label: "argmax", kind: "function" }]),
    );
    expect(labels("from transformer_lens import Hooked")).toEqual([
      "HookedEncoder",
      "HookedRootModule",
      "HookedTransformerConfig",
    ]);
    expect(labels("import transf")).toEqual(["transformer_lens"]);
    expect(labels("table['fi")).toEqual(["first"]);
    expect(labels("whi")).toEqual(["while"]);
    expect(labels("nothing.known.he")).toEqual([]);
    expect(labels("'a text wei")).toEqual([]);
  });

  test("a position in the middle", () => {
    expect(labels("weights.cl\nx = 1", "weights.cl".length)).toContain("clamp");
  });
});

describe("a session that is not as it should be", () => {
  const labels = (source: string) => python.complete(source).options.map(({ label }) => label);

  test("a name that is no text is not offered, and the others are", () => {
    expect(python.run("globals()[1] = 2\nnumbered = 3").kind).toBe("done");
    expect(labels("numb")).toEqual(["numbered"]);
    python.run("del globals()[1]");
  });

  test("an object that fails when it is looked at has nothing to offer", () => {
    python.run(
      "class Exits:\n    def __dir__(self): raise SystemExit\nclass Lies:\n    __class__ = property(lambda self: 1 / 0)",
    );
    python.run("exits, lies = Exits(), Lies()");
    expect(python.complete("x = exits.a")).toEqual({ from: "x = exits.a".length, options: [] });
    expect(labels("lie")).toEqual([]);
    expect(labels("exi")).toEqual(["exit", "exits"]);
  });
});

describe("what cannot be shown", () => {
  test("a bundle that is none is refused in the cell", () => {
    expect(traceback("display(None, raw=True)")).toContain(
      "takes a dict from MIME types to values, not NoneType",
    );
    expect(traceback("display({1: 'x'}, raw=True)")).toContain("TypeError");
    expect(traceback("display({'application/json': float('nan')}, raw=True)")).toContain("ValueError");
  });

  test("what is nested deeper than a notebook may be is refused in the cell", () => {
    const nested = (levels: number) =>
      `x = 0\nfor _ in range(${levels}): x = [x]\ndisplay({"application/json": x}, raw=True)`;
    expect(traceback(nested(99))).toContain("An output may be nested 100 levels deep.");
    expect(python.run(nested(98)).kind).toBe("done");
  });

  test("an error whose message cannot be made is still an error", () => {
    const source = "class Odd(Exception):\n    def __str__(self): return 1 / 0\nraise Odd()";
    const { kind, outputs } = python.run(source);
    expect(kind).toBe("failed");
    expect(outputs.at(-1)).toMatchObject({
      ename: "Odd",
      evalue: expect.stringContaining("ZeroDivisionError"),
    });
  });
});
