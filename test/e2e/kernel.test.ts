// Python in Chromium, without the notebook's page: cells on the engine's model, stopping, ending, and attempts to get out.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type ExperimentSpec, tutorial } from "../../src/model/index.ts";
import type { Kernel, KernelStatus, Outcome, Output } from "../../src/python/index.ts";
import { toPython } from "../../src/ui/notebook/book/experiment-source.ts";
import { rulesFor } from "../../vite/headers.ts";
import { type Gpu, launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

declare global {
  interface Window {
    python: Kernel & { states: KernelStatus[] };
  }
}

let server: StaticServer;
beforeAll(async () => {
  // with the headers of the site, its policy among them
  const headers = Object.fromEntries(rulesFor([])[0]!.headers);
  server = await serve({ "/": inject("harness"), "/models/": inject("models") }, { headers });
});
afterAll(() => server.close());
beforeEach(() => {
  server.intercept = undefined;
});

interface Ran {
  outputs: Output[];
  outcome: Outcome;
}

/** Run a cell in a page's kernel. */
const run = (page: Page, source: string): Promise<Ran> =>
  page.evaluate((cell) => window.harness.runCell(window.python, cell), source);
/** What a cell printed; errors as their names. */
const printed = async (page: Page, source: string) => text(await run(page, source));
const text = ({ outputs }: Ran) =>
  outputs
    .map((output) => (output.output_type === "stream" ? output.text : "ename" in output ? output.ename : ""))
    .join("");

/**
 * Run a cell, and once it has printed, ask it to stop. What it said comes without the first line's end: print() writes a
 * line in two pieces, and may be stopped between them.
 */
const stop = (page: Page, source: string) =>
  page.evaluate(async (cell) => {
    const { python } = window;
    let said = "";
    const speaking = new Promise<void>((resolve) => {
      const done = python.run(cell, {
        cell: "cell",
        onOutput: (output) => {
          if (output.output_type === "stream") said += output.text;
          if (output.output_type === "error") said += output.ename;
          resolve();
        },
      });
      Object.assign(window, { done });
    });
    await speaking;
    const answer = await python.interrupt();
    const outcome = await (window as unknown as { done: Promise<Outcome> }).done;
    return { answer, kind: outcome.kind, said: said.replace("\n", "") };
  }, source);

async function open(
  browser: Browser | BrowserContext,
  device: "webgpu" | "wasm" = "wasm",
  options: { grace?: number } = {},
): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(server.url);
  await page.waitForFunction(() => "harness" in window);
  await page.evaluate(
    ([kind, given]) => {
      window.python = window.harness.createTestKernel(kind, given);
    },
    [device, options] as const,
  );
  return page;
}

const hooked = `
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${practice}")
tokens, _, _ = model.to_tokens("Raymond is selling [MASK] sketches.")
def silence(value, hook):
    value[:, 4, 5] = 0
    return value
before = model(tokens)
after = model.run_with_hooks(tokens, fwd_hooks=[("blocks.1.mlp.hook_post", silence)])
same = model.run_with_hooks(tokens, fwd_hooks=[("blocks.1.mlp.hook_post", lambda value, hook: value)])
print(list(before.shape), bool((after != before).any()), float((same - before).abs().max()) < 1e-4)
`;

describe.each<["webgpu" | "wasm", Gpu]>([
  ["webgpu", "webgpu"],
  ["wasm", "no-adapter"],
])("on %s", (device, gpu) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(gpu);
  });
  afterAll(() => browser.close());

  it("a hook changes the model's run", async () => {
    const page = await open(browser, device);
    const result = await run(page, hooked);
    expect(text(result)).toMatch(/\[1, \d+, \d+\] True True\n$/);
    expect(result.outcome).toMatchObject({ kind: "done", count: 1 });
    expect(result.outcome.assigned).toContain("model");
    const error = await printed(page, "model.run_with_hooks(tokens, fwd_hooks=[('blocks.99.x', silence)])");
    expect(error).toBe("KeyError");
    await page.close();
  });
});

it("an experiment with edits in several layers prints in Python what the engine computes", async () => {
  const browser = await launch("no-adapter");
  const page = await open(browser);
  const spec: ExperimentSpec = {
    ...tutorial,
    more: [
      { layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } },
      { layer: 9, neuron: 5, hook: { kind: "enhance" } },
      { layer: 3, neuron: 7, hook: { kind: "scale", factor: -0.5 } },
    ],
  };
  const table = await printed(page, toPython(spec, practice));
  const rows = await page.evaluate(
    async ([asked, model]) => {
      const { engine } = window.harness;
      await engine.load(`models/${model}/manifest.json`, { device: "wasm" });
      return (await engine.run(asked)).rows;
    },
    [spec, practice] as const,
  );
  // the model says first that it is loaded
  const lines = table.slice(table.indexOf("det\t")).trimEnd().split("\n").slice(1);
  expect(lines).toHaveLength(rows.length);
  for (const [i, line] of lines.entries()) {
    const [word, before, after] = line.split("\t");
    expect(word).toBe(rows[i]!.word);
    // four digits are printed
    expect(Math.abs(Number(before) / rows[i]!.before - 1), word).toBeLessThan(6e-4);
    expect(Math.abs(Number(after) / rows[i]!.after - 1), word).toBeLessThan(6e-4);
  }
  await browser.close();
});

describe("a kernel", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch("no-adapter");
    page = await open(browser);
  });
  afterAll(() => browser.close());

  it("says what it is doing, runs cells in turn, and counts them", async () => {
    const both = await page.evaluate(() => {
      const { runCell } = window.harness;
      return Promise.all([runCell(window.python, "x = 20; print(x)"), runCell(window.python, "x + 1")]);
    });
    expect(both.map(({ outcome }) => outcome.count)).toEqual([1, 2]);
    expect(both[0]!.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "20\n" }]);
    expect(both[1]!.outputs).toMatchObject([
      { output_type: "execute_result", execution_count: 2, data: { "text/plain": "21" } },
    ]);
    expect(both[1]!.outcome.used).toEqual(["x"]);
    const states = await page.evaluate(() => window.python.states);
    const downloads = states.flatMap((state) =>
      state.kind === "starting" && state.progress?.kind === "downloading" ? [state.progress] : [],
    );
    expect(downloads.at(-1)!.done).toBe(downloads.at(-1)!.total);
    expect([...new Set(states.map(({ kind }) => kind))]).toEqual(["starting", "idle", "busy"]);
    expect(states.at(-1)).toEqual({ kind: "idle" });
  });

  it("stops an endless loop, and keeps the variables", async () => {
    const stopped = await stop(page, "kept = 41\nprint('go')\nwhile True: pass");
    expect(stopped).toEqual({ answer: "kept", kind: "interrupted", said: "goKeyboardInterrupt" });
    expect(await printed(page, "print(kept + 1)")).toBe("42\n");
  });

  it("stops once, and keeps the variables, however often it is asked to", async () => {
    const grace = 5000;
    const fresh = await open(browser, "wasm", { grace });
    const answers = await fresh.evaluate(async (grace) => {
      const kernel = window.python;
      await kernel.run("twice = 42", { cell: "a", onOutput: () => {} });
      let going = () => {};
      const printed = new Promise<void>((resolve) => {
        going = resolve;
      });
      const running = kernel.run("print('go')\nwhile True: pass", { cell: "b", onOutput: () => going() });
      await printed;
      const asked = [kernel.interrupt(), kernel.interrupt()];
      const { kind } = await running;
      const all = await Promise.all(asked);
      // longer than a cell is given to stop
      await new Promise((resolve) => setTimeout(resolve, grace + 500));
      return [kind, ...all, (await kernel.run("twice", { cell: "c", onOutput: () => {} })).kind];
    }, grace);
    await fresh.close();
    expect(answers).toEqual(["interrupted", "kept", "kept", "done"]);
  });

  it("ends a loop that will not stop, and one long call, and starts anew without variables", async () => {
    const stubborn =
      "print('go')\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass";
    const fresh = await open(browser, "wasm", { grace: 1000 });
    for (const source of [stubborn, "print('go', flush=True)\nsum(range(10**12))"]) {
      expect(await printed(fresh, "kept = 1")).toBe("");
      const stopped = await stop(fresh, source);
      expect(stopped).toEqual({ answer: "restarted", kind: "lost", said: "go" });
      expect(await printed(fresh, "print(kept)")).toBe("NameError");
    }
    await fresh.close();
  });

  it("a restart is clean, and forgets what waits", async () => {
    await run(page, "kept = 1");
    const waiting = page.evaluate(() => {
      const { runCell } = window.harness;
      return Promise.all([
        runCell(window.python, "print('go')\nwhile True: pass"),
        runCell(window.python, "print('never')"),
      ]);
    });
    await expect.poll(() => page.evaluate(() => window.python.status.kind)).toBe("busy");
    await page.evaluate(() => window.python.restart());
    expect((await waiting).map(({ outcome }) => outcome.kind)).toEqual(["lost", "interrupted"]);
    const { outcome, outputs } = await run(page, "print('kept' in globals())");
    expect(outputs).toEqual([{ output_type: "stream", name: "stdout", text: "False\n" }]);
    expect(outcome.count).toBe(1);
  });

  it("that crashes loses the cell, says so, and the next run starts it again", async () => {
    const { outcome } = await run(page, "import os\nos.abort()");
    expect(outcome.kind).toBe("lost");
    const status = await page.evaluate(() => window.python.status);
    expect(status).toMatchObject({ kind: "stopped", hint: expect.stringContaining("next run") });
    expect(await printed(page, "print(6 * 7)")).toBe("42\n");
  });

  it.each([
    "class A:\n    def __getattr__(self, name): return self.x\nA().y",
    "class A:\n    def __repr__(self): return repr(self)\nA()",
    "class A:\n    def __repr__(self): return repr({'children': [(self,)]})\nA()",
    "def key(x): return sorted([1, 2], key=key)\nkey(1)",
    "import time\ndef f():\n    time.sleep(0.001)\n    f()\nf()",
    `${hooked}def again(value, hook): model(tokens)
model.run_with_hooks(tokens, fwd_hooks=[("blocks.1.mlp.hook_post", again)])`,
  ])("ends a recursion without an end with its error, and keeps the variables: %s", async (source) => {
    const { outputs, outcome } = await run(page, `kept = 41\n${source}`);
    expect(outcome.kind).toBe("failed");
    expect(outputs.filter((output) => output.output_type === "stream" && output.name === "stderr")).toEqual(
      [],
    );
    expect(outputs.at(-1)).toMatchObject({ ename: "RecursionError" });
    expect(JSON.stringify(outputs.at(-1))).toMatch(
      /Cell \[\d+\], line \d+.*Previous line repeated|repeated \d+ more times/,
    );
    expect(await printed(page, "print(kept + 1)")).toBe("42\n");
  });

  it("lets calls of Python go as deep as notebooks need", async () => {
    expect(await printed(page, "def down(n): return down(n - 1) if n else 'there'\nprint(down(350))")).toBe(
      "there\n",
    );
  });

  it("cuts off what is too much to show, with a note, and goes on", async () => {
    const { outputs, outcome } = await run(page, "for i in range(400000): print('spam', i)\ndone = 1");
    const lengths = outputs.map((output) => (output.output_type === "stream" ? output.text.length : 0));
    expect(lengths[0]).toBe(1_000_000);
    expect(outputs.at(-1)).toMatchObject({
      name: "stderr",
      text: expect.stringContaining("the rest is not shown"),
    });
    expect(outcome.kind).toBe("done");
    expect(await printed(page, "print(done)")).toBe("1\n");
  });

  it("completes names of the session, at offsets of the page", async () => {
    await run(page, "import math\nlonely_name = 3");
    const source = "text = '🙂'; lonel";
    const found = await page.evaluate((s) => window.python.complete(s, s.length), source);
    expect(found.from).toBe(source.indexOf("lonel"));
    expect(found.options.map(({ label }) => label)).toContain("lonely_name");
  });
});

describe("await in a cell", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch("no-adapter");
    page = await open(browser);
    await run(page, 'import asyncio\nasync def word():\n    await asyncio.sleep(0.01)\n    return "these"');
  });
  afterAll(() => browser.close());

  it.each([
    ["print(await word())", "these\n"],
    ["x = await word()\nprint(x)", "these\n"],
    ["print([await word() for _ in range(2)])", "['these', 'these']\n"],
    ["print(asyncio.run(word()))", "these\n"],
    ["print(asyncio.get_event_loop().run_until_complete(word()))", "these\n"],
    ["print(await asyncio.gather(*(word() for _ in range(3))))", "['these', 'these', 'these']\n"],
    ["async with asyncio.timeout(60):\n    print(await word())", "these\n"],
    ["import time\nawait word()\ntime.sleep(0.01)\nprint(1)", "1\n"],
    ["async for i in nothing_of_that_name:\n    pass", "NameError"],
    [
      "try:\n    await asyncio.wait_for(asyncio.sleep(9), 0.01)\nexcept TimeoutError:\n    print('late')",
      "late\n",
    ],
  ])("%j", async (source, said) => {
    expect(await printed(page, source)).toBe(said);
  });

  it("shows the value of the last expression, and marks what it assigns and uses", async () => {
    const { outputs, outcome } = await run(page, "y = await word()\nawait word()");
    expect(outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": "'these'" } }]);
    expect(outcome).toMatchObject({ kind: "done", assigned: ["y"], used: ["word"] });
  });

  it("has an error's traceback from the cell on, and no second one", async () => {
    const { outputs } = await run(page, "async def fails():\n    await word()\n    1 / 0\nawait fails()");
    expect(outputs).toHaveLength(1);
    const { traceback } = outputs[0] as unknown as { traceback: string[] };
    expect(traceback.join("\n")).toMatch(
      /^Traceback \(most recent call last\):\n {2}Cell \[\d+\], line 4, in <module>\n.*\n {2}Cell \[\d+\], line 3, in fails\n/,
    );
    expect(traceback.join("\n")).not.toMatch(/asyncio|webloop|neuron_kernel/);
  });

  it.each([
    ["await asyncio.sleep(60)"],
    ["await word()\nwhile True: pass"],
    ["async def spin():\n    await word()\n    while True: pass\nawait asyncio.gather(spin(), word())"],
    ["await word()\nimport time\ntime.sleep(60)"],
  ])("can be stopped, and keeps the variables: %j", async (source) => {
    const stopped = await stop(page, `kept = 41\nprint('go')\n${source}`);
    expect(stopped).toEqual({ answer: "kept", kind: "interrupted", said: "goKeyboardInterrupt" });
    expect(await printed(page, "print(kept + 1, await word())")).toBe("42 these\n");
  });
});

describe("an error of the engine", () => {
  it.each([
    ["in a cell", 'model(model.tokenizer(long, return_tensors="pt")["input_ids"])'],
    [
      "in a hook",
      "model.run_with_hooks(tokens, fwd_hooks=[('blocks.1.mlp.hook_post', lambda value, hook: model(ids))])",
    ],
    ["in a task", "async def run(): return model(ids)\nawait run()"],
  ])("is one error with one traceback: %s", async (_, source) => {
    const browser = await launch("no-adapter");
    const page = await open(browser);
    expect(await printed(page, hooked)).toContain("True True");
    await run(
      page,
      'long = "Raymond is selling [MASK] sketches. " * 20\nids = model.tokenizer(long, return_tensors="pt")["input_ids"]',
    );
    const { outputs } = await run(page, source);
    expect(outputs.map(({ output_type }) => output_type)).toEqual(["error"]);
    const { traceback } = outputs[0] as unknown as { traceback: string[] };
    const all = traceback.join("\n");
    expect(all.match(/Traceback|^\w+Error: /gm), all).toHaveLength(2);
    expect(all).not.toMatch(/asyncio|JsException|JsProxy|SimpleNamespace|pyodide|future/i);
    await browser.close();
  });
});

describe("where a browser cannot wait for the engine", () => {
  it("says so, and asks for nothing", async () => {
    const browser = await launch("no-adapter");
    const page = await open(browser);
    server.requests.length = 0;
    const error = await page.evaluate(() => {
      Reflect.deleteProperty(WebAssembly, "Suspending");
      return window.python.start().catch(({ code, hint }) => ({ code, hint }));
    });
    expect(error).toEqual({ code: "no-jspi", hint: expect.stringContaining("Firefox 153") });
    expect(server.requests).toEqual([]);
    await browser.close();
  });
});

/** looks for an interrupt wherever the page's Python, or Pyodide's event loop, begins or ends to wait for a promise */
const lookEverywhere = `
import asyncio, sys
from pyodide.webloop import WebLoop
from neuron_kernel import _interrupt
looked = set()
def looking(name, method):
    def wrapper(*args, **kwargs):
        looked.add(name)
        _interrupt._look(2, sys._getframe())
        try:
            return method(*args, **kwargs)
        finally:
            _interrupt._look(2, sys._getframe())
    return wrapper
for name in ("run_until_complete", "create_task", "create_future", "call_soon", "call_later", "_install_running_loop"):
    setattr(WebLoop, name, looking(name, getattr(WebLoop, name)))
asyncio.ensure_future = looking("ensure_future", asyncio.ensure_future)
for _ in range(20):
    model.to_tokens("Raymond is selling [MASK] sketches.")
    model(tokens)
    await asyncio.sleep(0)
print("ensure_future" in looked and len(looked) > 3)
`;

it("a look for interrupts in the middle of starting to wait does not start to wait itself", async () => {
  const browser = await launch("no-adapter");
  const page = await open(browser);
  expect(await printed(page, hooked)).toContain("True True");
  expect(await printed(page, lookEverywhere)).toBe("True\n");
  const { answer, said } = await stop(page, "print(1)\nwhile True:\n    model(tokens)");
  expect(answer).toBe("kept");
  expect(said).toMatch(/KeyboardInterrupt/);
  await browser.close();
});

describe("an engine that has stopped", () => {
  /** Have the engine's worker fail, as a browser that runs out of something makes it. */
  const stopEngine = async (page: Page) => {
    const worker = page.workers().findLast((each) => !each.url().startsWith("blob:"))!;
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("out of luck");
      });
    });
    await page.waitForFunction(() => window.harness.engine.model === undefined);
  };

  it("opens the model again for the next cell, and fails the run that stood at a point", async () => {
    const browser = await launch("no-adapter");
    const page = await open(browser);
    expect(await printed(page, hooked)).toContain("True True");
    await stopEngine(page);
    expect(await printed(page, "print(model(tokens).shape[1], model.to_tokens('this')[0].shape[1])")).toBe(
      "8 3\n",
    );
    // once it has printed, the engine waits for it
    const standing = await page.evaluateHandle(
      (cell) =>
        new Promise<{ ended: Promise<string> }>((resolve) => {
          let said = "";
          const outcome = window.python.run(cell, {
            cell: "cell",
            onOutput: (output) => {
              said += JSON.stringify(output);
              resolve({ ended: outcome.then(() => said) });
            },
          });
        }),
      `
import time
def wait(value, hook):
    print("standing")
    end = time.time() + 10
    while time.time() < end:
        pass
model.run_with_hooks(tokens, fwd_hooks=[("blocks.2.mlp.hook_post", wait)])`,
    );
    await stopEngine(page);
    expect(await standing.evaluate(({ ended }) => ended)).toContain("The engine stopped. Run the cell again");
    expect(await printed(page, "print(model(tokens).shape[1])")).toBe("8\n");
    await browser.close();
  });
});

describe("what is kept", () => {
  it("is not asked for again, and is enough without a server", async () => {
    const browser = await launch("no-adapter");
    const context = await browser.newContext();
    const first = await open(context);
    expect(await printed(first, hooked)).toContain("True True");
    await first.close();
    const second = await open(context);
    server.requests.length = 0;
    expect(await printed(second, "print(1)")).toBe("1\n");
    expect(server.requests.filter((path) => /python-/.test(path))).toEqual([]);
    // the page's own scripts are its service worker's business; the model's and Python's files are here
    await second.evaluate((url) => window.harness.engine.load(url), `models/${practice}/manifest.json`);
    server.intercept = (_, response) => {
      response.destroy();
      return true;
    };
    try {
      await second.evaluate(() => window.python.restart());
      const result = await printed(second, hooked);
      expect(result, await second.evaluate(() => JSON.stringify(window.python.status))).toContain(
        "True True",
      );
    } finally {
      server.intercept = undefined;
    }
    await browser.close();
  });
});

describe("a snapshot of Python's memory", () => {
  /** the files of Python's record, by the last part of their addresses */
  const record = (page: Page) =>
    page.evaluate(async () => {
      const store = await window.harness.storage.openStore();
      const own = (await store.models()).filter(({ name }) => name === "Python cells");
      return own.flatMap(({ files }) => files).map(({ file, sha256 }) => ({ file, sha256 }));
    });
  const snapshotOf = async (page: Page) => (await record(page)).find(({ file }) => file === "snapshot");

  it("is made at the first start, used at the next, and made again when it is damaged", async () => {
    const browser = await launch("no-adapter");
    const page = await open(browser);
    const source = "import random; print(random.random())";
    const numbers = [await printed(page, source)];
    await expect.poll(() => snapshotOf(page)).toBeDefined();
    const first = await snapshotOf(page);
    expect(await record(page)).toHaveLength(4);

    await page.evaluate(() => window.python.restart());
    numbers.push(await printed(page, source));
    expect(await snapshotOf(page), "used, so not made again").toEqual(first);

    // a snapshot that is what was kept, but nothing that Python starts from
    await page.evaluate(async () => {
      const store = await window.harness.storage.openStore();
      const own = (await store.models()).find(({ name }) => name === "Python cells")!;
      const text = new Blob(["no memory of anything"]).stream().pipeThrough(new CompressionStream("gzip"));
      const bytes = new Uint8Array(await new Response(text).arrayBuffer());
      const sha256 = await window.harness.storage.sha256(bytes);
      await store.set(sha256, bytes);
      const others = own.files.filter(({ file }) => file !== "snapshot");
      const file = { file: "snapshot", byteLength: bytes.length, sha256 };
      await store.setModel({ ...own, files: [...others, file] });
    });
    const wrong = await snapshotOf(page);
    await page.evaluate(() => window.python.restart());
    numbers.push(await printed(page, source));
    await expect.poll(async () => (await snapshotOf(page))?.sha256).not.toBe(undefined);
    expect((await snapshotOf(page))!.sha256).not.toBe(wrong!.sha256);
    expect(new Set(numbers).size, "chance does not begin anew with it").toBe(3);
    await browser.close();
  });
});

/** what a cell might try to get out; each prints whether it did */
const attempts: Record<string, string> = {
  js: `
try:
    import js
    print(js.fetch("LEAK/js"))
except ImportError as error:
    print(0)`,
  pyodide_js: `
import pyodide_js
try:
    from pyodide.ffi import run_sync
    run_sync(pyodide_js.loadPackage("LEAK/pkg-1-py3-none-any.whl"))
    print(sum("pkg" in name for name in pyodide_js.loadedPackages.to_py()))
except BaseException as error:
    print(0)`,
  urllib: `
import urllib.request
try:
    print(urllib.request.urlopen("LEAK/urllib").read())
except BaseException as error:
    print(0)`,
  open_url: `
try:
    from pyodide.http import open_url
    print(open_url("LEAK/open_url").read())
except BaseException as error:
    print(0)`,
  pyfetch: `
try:
    from pyodide.ffi import run_sync
    from pyodide.http import pyfetch
    print(run_sync(pyfetch("LEAK/pyfetch")))
except BaseException as error:
    print(0)`,
  run_js: `
try:
    from pyodide.code import run_js
    print(run_js("fetch('LEAK/run_js')"))
except BaseException as error:
    print(0)`,
  constructor: `
from _neuron import kernels
try:
    print(kernels.same.constructor("return fetch('LEAK/constructor')")())
except BaseException as error:
    print(0)`,
  socket: `
import socket
try:
    socket.create_connection(("localhost", PORT), 1).send(b"GET /leak/socket HTTP/1.0")
    print("connected")
except BaseException as error:
    print(0)`,
  subprocess: `
try:
    import subprocess
    print(subprocess.run(["ls"]))
except BaseException as error:
    print(0)`,
};

describe("Python cannot get out", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launch("no-adapter");
    page = await open(browser);
    await run(page, "1");
  });
  afterAll(() => browser.close());

  it.each(Object.entries(attempts))("by %s", async (_, source) => {
    server.requests.length = 0;
    const leak = new URL("leak", server.url).href;
    const said = await printed(page, source.replaceAll("LEAK", leak).replaceAll("PORT", String(server.port)));
    // Pyodide may say before why it failed
    expect(said).toMatch(/(^|\n)0\n$/);
    // a request on its way has come by the time this one is answered
    await page.evaluate(() => fetch("/").then((answer) => answer.text()));
    expect(server.requests).toEqual(["/"]);
  });

  it("even with all of JavaScript in its worker", async () => {
    const worker = page.workers().find((each) => each.url().startsWith("blob:"))!;
    server.requests.length = 0;
    const found = await worker.evaluate(async (url) => {
      const tries: Record<string, () => unknown> = {
        fetch: () => fetch(`${url}?fetch`),
        xhr: () => {
          const request = new XMLHttpRequest();
          request.open("GET", `${url}?xhr`, false);
          request.send();
        },
        importScripts: () =>
          Reflect.apply(
            Reflect.get(Object.getPrototypeOf(Object.getPrototypeOf(globalThis)), "importScripts"),
            globalThis,
            [`${url}?import`],
          ),
        import: () => import(`${url}?dynamic`),
        webSocket: () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(`${url.replace("http", "ws")}?socket`);
            socket.onopen = resolve;
            socket.onerror = () => reject(new Error("refused"));
          }),
        eventSource: () =>
          new Promise((resolve, reject) => {
            const source = new EventSource(`${url}?events`);
            source.onopen = resolve;
            source.onerror = () => reject(new Error("refused"));
          }),
        indexedDB: () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.open("neuron-notebook");
            request.onsuccess = resolve;
            request.onerror = () => reject(request.error);
          }),
        caches: () => caches.open("x"),
        files: () => navigator.storage.getDirectory(),
        shared: () => new SharedArrayBuffer(1),
      };
      const done: string[] = [];
      for (const [name, attempt] of Object.entries(tries))
        await Promise.resolve()
          .then(attempt)
          .then(
            () => done.push(name),
            () => {},
          );
      return { done, origin: globalThis.origin };
    }, new URL("leak", server.url).href);
    expect(found).toEqual({ done: [], origin: "null" });
    await page.evaluate(() => fetch("/").then((answer) => answer.text()));
    expect(server.requests).toEqual(["/"]);
  });
});
