// Cells that try to break the kernel. After each of them, stopped by the person where it does not end, the next cell
// computes, and the page has met no error that its own code did not catch.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { openHarness } from "./open-harness.ts";

/** what a person should wait at most, in milliseconds, beyond what starting Python takes on this machine just now */
const patience = 10_000;
/** how long an attack goes on before the person presses Stop */
const until = 3000;

let server: StaticServer;
let browser: Browser;
let page: Page;
let errors: string[] = [];

beforeAll(async () => {
  server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  browser = await launch("no-adapter");
  page = await openHarness(browser, server.url);
  page.on("pageerror", (error) => errors.push(`page: ${error.stack ?? error}`));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`console: ${message.text()}`);
  });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => {
  errors = [];
});

const opened = `
from transformer_lens import HookedEncoder
import _neuron
model = HookedEncoder.from_pretrained("${practice}")
tokens, _, _ = model.to_tokens("Raymond is selling [MASK] sketches.")
rows, stops = tokens.tolist(), list(model._stops)[:1]
`;

const attacks: Record<string, string> = {
  "reaching for the worker": `
import gc, sys
for name in ("js", "pyodide_js", "_pyodide_core", "ctypes"):
    try:
        __import__(name).close()
    except BaseException:
        pass
import pyodide.webloop, _neuron
for value in (pyodide.webloop.scheduleCallback, _neuron.bridge.open, _neuron.bridge.open("x").promise):
    value.constructor("close()")()`,
  spinning: "while True: pass",
  "spinning, and catching what stops it": `
while True:
    try:
        while True: pass
    except BaseException: pass`,
  "one call that does not end": "sum(range(10**15))",
  "ignoring the signal": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
  "recursion without a limit":
    "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return repr([f(x)])\nf(1)",
  "recursion in C": "x = []\nfor _ in range(10**6): x = [x]\nrepr(x)",
  "memory, piece by piece": "kept = []\nwhile True: kept.append(bytearray(10**8))",
  "memory at once": "'a' * 10**12",
  "a flood of output": "while True: print('x' * 1000)",
  "a flood of output that is cleared": `
from IPython.display import clear_output
while True:
    print("x" * 500_000)
    clear_output()`,
  "huge strings": "s = 'x' * 300_000_000\nprint(s)\ndisplay(s)\ns",
  "a flood of calls to the engine": `${opened}
while True: _neuron.bridge.drop(1)`,
  "a flood of runs that nobody waits for": `${opened}
while True: _neuron.bridge.start("${practice}", rows, None, None, stops)`,
  "a flood of models to open": `import _neuron
while True: _neuron.bridge.open("x")`,
  "malformed calls to the engine": `${opened}
class Odd:
    def __getattr__(self, name): raise ValueError(name)
for args in ((), (None, object(), {}), (Odd(), Odd(), Odd()), ("${practice}", [1e300, -1], ["x"]), ([], [[]], [[]]),
             ("${practice}", [[1e300, -1]], None, None, ["x"]), ("${practice}", [[]], [[2]], [["x"]], [])):
    for name in ("open", "encode", "weights", "start", "resume", "predict", "drop"):
        try:
            getattr(_neuron.bridge, name)(*args)
        except BaseException:
            pass`,
  "forged outputs": `
import _neuron
for text in ("[", "null", "1", "{}", '{"output_type": 5}', '{"output_type": "stream", "text": {}}', "[" * 10**5 + "]" * 10**5,
             '{"output_type": "display_data", "data": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}"):
    try:
        _neuron.display(text)
        print("taken")
    except BaseException:
        pass
_neuron.stream("nowhere", "text")`,
  "tasks that fail unseen": `
import asyncio
import _neuron
async def failing(): raise BaseException("unseen")
async def waiting(): await asyncio.Future()
loop = asyncio.get_event_loop()
loop.call_soon(lambda: 1 / 0)
tasks = [loop.create_task(each()) for each in (failing, failing, waiting)]
loop.create_future().set_exception(ValueError("unseen"))
_neuron.bridge.start("x", [1], ["y"])
del tasks
asyncio.run(asyncio.sleep(0.2))`,
  "a task that kills the loop": `
import asyncio
asyncio.get_event_loop().call_soon(lambda: (_ for _ in ()).throw(SystemExit))
asyncio.get_event_loop().call_soon(lambda: (_ for _ in ()).throw(KeyboardInterrupt))
asyncio.run(asyncio.sleep(0.2))`,
  "builtins of another kind": `
import builtins
for name in ("isinstance", "len", "print", "dict", "str", "set", "list", "BaseException", "getattr", "__import__", "compile", "exec", "eval"):
    setattr(builtins, name, None)`,
  "no modules": "import sys\nsys.modules.clear()",
  "finders that fail": `
import sys, builtins
class Failing:
    def find_spec(self, *_): raise KeyboardInterrupt
sys.meta_path[:] = [Failing()]
sys.path_hooks.clear()
sys.path[:] = [None]
def refuse(*_): raise SystemExit
builtins.__import__ = refuse`,
  "the kernel's own modules": `
import neuron_kernel
from neuron_kernel import _errors, _output, _interrupt
neuron_kernel._run_cell = neuron_kernel.json = neuron_kernel.error_output = None
_output.emit = _errors.error_output = _interrupt.watch = None`,
  "a forged ending": `
import neuron_kernel
class Forged:
    @staticmethod
    def dumps(*_, **__): return '{"kind": {"x": 1}, "assigned": 7, "used": [null], "from": -1, "options": [1, {"label": 3}]}'
neuron_kernel.json = Forged`,
  "sys.exit": "import sys\nsys.exit(3)",
  "os._exit": "import os\nos._exit(3)",
  "os.abort": "import os\nos.abort()",
  "os.kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nsignal.raise_signal(signal.SIGTERM)",
  "a repr without an end": `
class Endless:
    def __repr__(self):
        while True: pass
Endless()`,
  "objects that answer nothing": `
class Broken:
    def __getattribute__(self, name): raise SystemExit
    def __repr__(self): raise BaseException(self)
    __str__ = __hash__ = __eq__ = __format__ = __repr__
display(Broken())`,
  "errors that cannot be shown": `
class Unprintable(BaseException):
    __slots__ = ()
    def __getattribute__(self, name): raise self
    def __str__(self): raise self
    __repr__ = __str__
    @property
    def __traceback__(self): raise self
    @property
    def __class__(self): raise self
raise Unprintable`,
  "groups of errors, deep": `
error = ValueError()
for _ in range(3000): error = ExceptionGroup("x", [error])
raise error`,
  "everything that gc knows": `
import gc
for each in gc.get_objects():
    try:
        each.clear()
    except BaseException:
        pass`,
  "traces of every line": `
import sys
def trace(*_): raise SystemExit
sys.setprofile(trace)
sys.settrace(trace)
x = 1`,
  "code that is none": `
def f(): return 1
exec(f.__code__.replace(co_code=bytes([255, 255] * 50), co_consts=(), co_names=(), co_stacksize=1))`,
};

it.each(Object.entries(attacks))("recovers from %s", async (_, source) => {
  const ran = await page.evaluate(
    async ([cell, stopAfter]) => {
      const { kernel, runCell } = window.harness;
      const restart = performance.now();
      await kernel.restart();
      await runCell(kernel, "1");
      const start = performance.now() - restart;
      const running = runCell(kernel, cell);
      const timer = setTimeout(() => kernel.interrupt(), stopAfter);
      const { outcome, outputs } = await running;
      clearTimeout(timer);
      const from = performance.now();
      // a kernel that its own cells have made useless ends when it is asked for the next one
      let next = await runCell(kernel, "6 * 7");
      if (next.outcome.kind === "lost") next = await runCell(kernel, "6 * 7");
      const took = performance.now() - from;
      return {
        kind: outcome.kind,
        outputs: JSON.stringify(outputs).slice(0, 2000),
        next,
        took,
        start,
        status: kernel.status,
      };
    },
    [source, until] as const,
  );
  expect(ran.next.outputs).toMatchObject([{ data: { "text/plain": "42" } }]);
  expect(ran.outputs).not.toContain("taken");
  expect(errors.join("\n")).toBe("");
  // Python may have to start anew, and what else the machine does may have become more meanwhile
  expect(ran.took).toBeLessThan(patience + 3 * ran.start);
});

/** Run a cell, and end the engine's worker as soon as the cell prints "now". */
async function runAndKill(source: string) {
  const said: string[] = [];
  await page.exposeFunction("heard", (text: string) => said.push(text));
  const running = page.evaluate(async (cell) => {
    const heard = (globalThis as unknown as { heard(text: string): void }).heard;
    const { kind } = await window.harness.kernel.run(cell, {
      cell: "killing",
      onOutput: (output) => heard("text" in output ? output.text : JSON.stringify(output)),
    });
    return kind;
  }, source);
  await expect.poll(() => said.join(""), { timeout: 120_000 }).toContain("now");
  // Python's worker is one of a blob
  const engines = page.workers().filter((worker) => !worker.url().startsWith("blob:"));
  expect(engines).toHaveLength(1);
  const ended = new Promise((resolve) => engines[0]!.once("close", resolve));
  await engines[0]!.evaluate(() => {
    setTimeout(() => {
      throw new Error("killed");
    });
  });
  await ended;
  return { kind: await running, said: said.join("") };
}

it("recovers from the end of the engine's worker in the middle of a hook", async () => {
  await page.evaluate(() => window.harness.kernel.restart());
  const { kind, said } = await runAndKill(`${opened}
import time
def slow(value, hook):
    print("now", flush=True)
    for _ in range(100): time.sleep(0.1)
    print("hook done")
model.run_with_hooks(tokens, fwd_hooks=[("blocks.1.mlp.hook_post", slow)])
print("went on")`);
  expect(kind).toBe("failed");
  expect(said).toContain("hook done");
  expect(said).toContain("The engine stopped. Run the cell again; what was downloaded is kept.");
  expect(said).not.toContain("went on");
  // the same Python opens the model again, in a new worker
  const next = await page.evaluate(() =>
    window.harness.runCell(window.harness.kernel, "print(model(tokens).shape[1] == tokens.shape[1])"),
  );
  expect(next.outputs).toMatchObject([{ text: "True\n" }]);
  expect(errors.join("\n")).toBe("");
});
