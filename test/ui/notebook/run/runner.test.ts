// What running does around the cells: what it asks before it downloads, in which order things are opened, and what
// becomes of failures. Engine and Python are stand-ins.

import { describe, expect, test } from "vitest";
import type { Engine } from "../../../../src/engine/index.ts";
import { EngineError, type ExperimentSpec, format, tutorial } from "../../../../src/model/index.ts";
import type { Emission, Kernel, Outcome } from "../../../../src/python/index.ts";
import { type Cell, newCell } from "../../../../src/storage/index.ts";
import type { Problem } from "../../../../src/ui/experiment/spec.ts";
import { withExperiment } from "../../../../src/ui/notebook/book/cells.ts";
import { toPython } from "../../../../src/ui/notebook/book/experiment-source.ts";
import type { NotebookEvent, NotebookState } from "../../../../src/ui/notebook/book/notebook-state.ts";
import { openState, reduce } from "../../../../src/ui/notebook/book/state.ts";
import {
  initialStatus,
  kernelText,
  type NotebookStatus,
  needText,
} from "../../../../src/ui/notebook/run/notebook-status.ts";
import { Runner } from "../../../../src/ui/notebook/run/runner.ts";
import { entry, info, price, resultOf } from "../../experiment/helpers.ts";

const big = {
  ...entry,
  name: "big",
  title: "Big",
  repo: "org/big",
  manifest: "https://x.test/models/big/manifest.json",
};

/** a promise that the test resolves */
function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

type Run = (
  source: string,
  put: (output: Emission) => void,
  open: (name: string) => Promise<string>,
) => unknown;

/** A page with these cells; `run` is what Python does with a source. */
function page(
  cells: Cell[],
  run: Run = () => {},
  { kept = 0, python = 50, keptOf = (_: string) => kept } = {},
) {
  const log: string[] = [];
  const said: string[] = [];
  const counts: number[] = [];
  const problems = new Map<string, Problem | undefined>();
  let book: NotebookState = openState({ metadata: {}, cells, origin: undefined }, true);
  let status: NotebookStatus = initialStatus;
  let started = false;
  let refuse: EngineError | undefined;
  let restarting: Promise<void> | undefined;
  let slow: Promise<void> | undefined;
  let stubborn: { end(): void } | undefined;
  const engine = {
    model: undefined as string | undefined,
    load: async (manifest: string, { signal }: { signal: AbortSignal }) => {
      const name = manifest.includes("big") ? "big" : "tiny";
      log.push(`load ${name}`);
      if (slow) await slow;
      if (signal.aborted) log.push(`stop ${name}`);
      signal.throwIfAborted();
      engine.model = name;
      return { ...info, name };
    },
    run: async (spec: ExperimentSpec) => {
      if (refuse) throw refuse;
      log.push("experiment");
      return resultOf([["this", 0.1, 0.2]], spec);
    },
  };
  const runner = new Runner(
    {
      engine: engine as unknown as Engine,
      kernel: ({ open }) =>
        ({
          get status() {
            return started ? { kind: "idle" } : { kind: "off" };
          },
          start: async () => {
            // where its files have to come
            if (!started && python > 0) log.push("start");
            started = true;
          },
          run: async (
            source: string,
            { count, onOutput }: { count: number; onOutput: (output: Emission) => void },
          ): Promise<Outcome> => {
            started = true;
            counts.push(count);
            log.push(`python ${source}`);
            const kind = ((await run(source, onOutput, open)) as Outcome["kind"]) ?? "done";
            return { kind, count: 1, milliseconds: 1, assigned: [], used: [], reimported: [] };
          },
          interrupt: async () => {
            if (!stubborn) return "kept";
            // what cannot be stopped ends with its Python, and then another one starts
            stubborn.end();
            await restarting;
            return "restarted";
          },
          restart: async () => {
            log.push("restart");
            await restarting;
          },
          dispose: () => {
            log.push("end");
          },
        }) as unknown as Kernel,
      models: async () => [entry, big],
      price: async ({ name }) => ({ ...price, kept: keptOf(name) }),
      pythonPrice: async () => ({ bytes: python, kept: started ? python : 0 }),
    },
    {
      state: () => book,
      dispatch: (event: NotebookEvent) => {
        book = reduce(book, event);
      },
      status: () => status,
      show: (change) => {
        status = { ...status, ...change };
      },
      say: (message) => said.push(message),
      experiment: (id, { problem }) => problems.set(id, problem),
    },
  );
  return {
    runner,
    log,
    said,
    counts,
    problems,
    /** the engine's worker ends while nothing is asked of it */
    stopEngine: () => {
      engine.model = undefined;
    },
    /** from now on a new Python is there when this is resolved */
    restartsWith: (start: Promise<void>) => {
      restarting = start;
    },
    /** what runs can only be stopped with its Python, which this does */
    stopsBy: (end: () => void) => {
      stubborn = { end };
    },
    /** models are loaded when this is resolved */
    loadsWith: (loaded: Promise<void>) => {
      slow = loaded;
    },
    refuse: (error: EngineError) => {
      refuse = error;
    },
    run: () => runner.run(cells.map(({ id }) => id)),
    /** wait for the question and answer it */
    answer: async (agreed: boolean) => {
      await expect.poll(() => status.question).toBeDefined();
      const { text } = status.question!;
      runner.answer(agreed);
      return text;
    },
    get status() {
      return status;
    },
    get cells() {
      return book.notebook.cells;
    },
    get book() {
      return book;
    },
  };
}

const code = (source: string) => newCell("code", source);
const experiment = (spec: ExperimentSpec, model = "tiny") =>
  newCell("code", toPython(spec, model), withExperiment({}, { ...spec, model }));

describe("what is asked", () => {
  test("one question for Python and every model that is named, before anything is fetched", async () => {
    const cells = [code('load("org/big")'), experiment(tutorial)];
    const notebook = page(cells, async (_, __, open) => {
      await open("org/big");
    });
    const done = notebook.run();
    const text = await notebook.answer(true);
    expect(text).toContain("Python itself (50");
    expect(text).toContain("Tiny");
    expect(text).toContain("Big");
    expect(text).toContain("250");
    await done;
    // the model that is asked for first comes beside Python, the other one when it is needed
    expect(notebook.log).toEqual([
      "start",
      "load big",
      `python ${cells[0]!.source}`,
      "load tiny",
      "experiment",
    ]);
    expect(notebook.status.question).toBeUndefined();
  });

  test("declined, nothing runs and nothing is fetched; the next run asks again", async () => {
    const notebook = page([code("1")]);
    const done = notebook.run();
    await notebook.answer(false);
    await done;
    expect([notebook.log, notebook.book.queue, notebook.book.running]).toEqual([[], [], undefined]);
    const again = notebook.run();
    await notebook.answer(true);
    await again;
    expect(notebook.log).toEqual(["start", "python 1"]);
  });

  test("what comes beside Python is waited for by the cell that asks for it", async () => {
    const notebook = page([code('load("tiny")')], async (_, __, open) => {
      await open("tiny");
    });
    const loaded = deferred<void>();
    notebook.loadsWith(loaded.promise);
    const done = notebook.run();
    await notebook.answer(true);
    await expect.poll(() => notebook.log).toContain('python load("tiny")');
    expect(notebook.status.loading?.title).toBe("Python and Tiny");
    loaded.resolve();
    await done;
    expect(notebook.log).toEqual(["start", "load tiny", 'python load("tiny")']);
    expect(notebook.status.loading).toBeUndefined();
    expect(notebook.said.at(-1)).toBe("Cell 1 has run.");
  });

  test("stopped meanwhile, nothing more comes, and the next run begins anew", async () => {
    const cells = [experiment(tutorial), code("1")];
    const notebook = page(cells);
    const loaded = deferred<void>();
    notebook.loadsWith(loaded.promise);
    const done = notebook.run();
    await notebook.answer(true);
    await expect.poll(() => notebook.log).toEqual(["start", "load tiny"]);
    await notebook.runner.interrupt();
    loaded.resolve();
    await done;
    expect(notebook.log).toEqual(["start", "load tiny", "stop tiny"]);
    expect([notebook.status.loading, notebook.book.queue]).toEqual([undefined, []]);
    await notebook.run();
    expect(notebook.log.slice(3)).toEqual(["load tiny", "experiment", "python 1"]);
  });

  test("what a later cell needs waits while an open model may still be used", async () => {
    const cells = [experiment(tutorial), code('load("big")')];
    const notebook = page(cells, async (_, __, open) => {
      await open("big");
    });
    const first = notebook.runner.run([cells[0]!.id]);
    await notebook.answer(true);
    await first;
    const both = notebook.run();
    expect(await notebook.answer(true)).toContain("Big");
    await both;
    expect(notebook.log).toEqual([
      "load tiny",
      "experiment",
      "start",
      "experiment",
      'python load("big")',
      "load big",
    ]);
  });

  test("what a later cell needs waits for a model that is kept and used before", async () => {
    const cells = [experiment(tutorial), experiment(tutorial, "big")];
    const notebook = page(cells, undefined, { keptOf: (name) => (name === "tiny" ? price.bytes : 0) });
    const done = notebook.run();
    expect(await notebook.answer(true)).toContain("Big");
    await done;
    expect(notebook.log).toEqual(["load tiny", "experiment", "load big", "experiment"]);
  });

  test("what is said before anything runs is what the question says", async () => {
    const notebook = page([code('load("org/big")'), experiment(tutorial)]);
    await notebook.runner.tellPrice();
    const said = kernelText(notebook.status);
    const done = notebook.run();
    await expect.poll(() => notebook.status.question).toBeDefined();
    expect(notebook.status.question!.bytes).toBe(notebook.status.toFetch);
    expect(said).toBe(`${format.bytes(notebook.status.toFetch!)} to download, once`);
    notebook.runner.answer(false);
    await done;
  });

  test("a model that Python names only while it runs is asked for then, and not opened when it is not wanted", async () => {
    const notebook = page(
      [code("load(name)")],
      async (_, __, open) => {
        await open("tiny").catch(() => {});
        return "failed";
      },
      { python: 0 },
    );
    const done = notebook.run();
    expect(await notebook.answer(false)).toContain("Tiny");
    await done;
    expect(notebook.log).toEqual(["python load(name)"]);
  });

  test("what is kept is not asked for", async () => {
    const notebook = page([experiment(tutorial)], undefined, { kept: price.bytes });
    await notebook.run();
    expect(notebook.log).toEqual(["load tiny", "experiment"]);
  });
});

describe("running", () => {
  const kept = { kept: price.bytes, python: 0 };

  test("a failure ends the queue, and is said with its number", async () => {
    const cells = [code("bad"), code("next")];
    const notebook = page(
      cells,
      (_, put) => {
        put({ output_type: "error", ename: "ValueError", evalue: "no", traceback: [] });
        return "failed";
      },
      kept,
    );
    await notebook.run();
    expect(notebook.log).toEqual(["python bad"]);
    expect(notebook.said.at(-1)).toBe("Cell 1 failed: ValueError: no.");
  });

  test("Python is told the number that the page gives, which experiments count in, too", async () => {
    const notebook = page([experiment(tutorial), code("1")], undefined, kept);
    await notebook.run();
    expect(notebook.counts).toEqual([2]);
    expect(notebook.cells[1]!.count).toBe(2);
  });

  test("an experiment puts out our table, where it comes from, and the course's text", async () => {
    const notebook = page([experiment(tutorial)], undefined, kept);
    await notebook.run();
    const [output] = notebook.cells[0]!.outputs;
    expect(output).toMatchObject({
      data: {
        "application/vnd.neuron-notebook.comparison+json": {
          rows: [{ word: "this", before: 0.1, after: 0.2, delta: 1 }],
          note: expect.stringMatching(
            /^tiny · revision 0123456 · fp32 weights · WebGPU on google swiftshader \(software adapter\) · pre half .* · 1 Jan 2026, /,
          ),
        },
        "text/plain": "det\toriginal\tafter erase kn\tdelta\nthis\t1.000e-01\t2.000e-01\t+100.00%",
      },
    });
    expect(notebook.cells[0]!.count).toBe(1);
  });

  test("what a field of the form got wrong is said there, anything else in the output", async () => {
    const notebook = page([experiment(tutorial)], undefined, kept);
    const { id } = notebook.cells[0]!;
    notebook.refuse(new EngineError("candidate-unknown", "No such word.", "Take another."));
    await notebook.run();
    expect(notebook.problems.get(id)).toMatchObject({ message: "No such word." });
    expect(notebook.cells[0]!.outputs).toEqual([]);
    notebook.refuse(new EngineError("out-of-memory", "Too little memory.", "Close something."));
    await notebook.run();
    expect(notebook.problems.get(id)).toBeUndefined();
    expect(notebook.cells[0]!.outputs).toMatchObject([
      {
        output_type: "error",
        evalue: "Too little memory.",
        traceback: ["Too little memory.", "Close something."],
      },
    ]);
  });

  test("Python's model is opened again after an experiment on another", async () => {
    const cells = [code("open"), experiment(tutorial), code("use")];
    const notebook = page(
      cells,
      (source, _, open) => (source === "open" ? open("big").then(() => "done") : "done"),
      kept,
    );
    await notebook.run();
    expect(notebook.log).toEqual([
      "python open",
      "load big",
      "load tiny",
      "experiment",
      "load big",
      "python use",
    ]);
  });

  test("a model is opened again after the engine has stopped, for Python and for experiments", async () => {
    const cells = [code("open"), code("use"), experiment(tutorial)];
    const notebook = page(
      cells,
      (source, _, open) => (source === "open" ? open("tiny").then(() => "done") : "done"),
      kept,
    );
    await notebook.run();
    expect(notebook.log).toEqual(["python open", "load tiny", "python use", "experiment"]);
    notebook.log.length = 0;
    for (const [id, expected] of [
      [cells[2]!.id, "experiment"],
      [cells[1]!.id, "python use"],
    ] as const) {
      notebook.stopEngine();
      await notebook.runner.run([id]);
      expect(notebook.log).toEqual(["load tiny", expected]);
      notebook.log.length = 0;
    }
  });

  test("an unknown model is refused with those there are", async () => {
    const notebook = page([experiment(tutorial, "gpt2")], undefined, kept);
    await notebook.run();
    expect(notebook.cells[0]!.outputs).toMatchObject([
      { evalue: 'This site has no model called "gpt2"; it has "tiny", "big".' },
    ]);
  });

  test("what is queued while something runs waits its turn", async () => {
    const cells = [code("1"), code("2")];
    const notebook = page(cells, undefined, kept);
    const first = notebook.runner.run([cells[1]!.id]);
    notebook.runner.run([cells[0]!.id]);
    await first;
    expect(notebook.log).toEqual(["python 2", "python 1"]);
    await notebook.run();
    expect(notebook.log).toHaveLength(4);
  });

  test("Python that has not started is not downloaded to restart it", async () => {
    const notebook = page([code("1")], undefined, kept);
    await notebook.runner.restart();
    expect(notebook.log).toEqual([]);
    await notebook.run();
    await notebook.runner.restart();
    expect(notebook.log).toEqual(["python 1", "restart"]);
    expect(notebook.book.count).toBe(0);
  });

  test("what is run while Python restarts is the new one's, and counts from 1", async () => {
    const cells = [code("1"), code("2")];
    const notebook = page(cells, undefined, kept);
    await notebook.runner.run([cells[0]!.id]);
    const start = deferred<void>();
    notebook.restartsWith(start.promise);
    const restarted = notebook.runner.restart();
    await notebook.runner.run([cells[1]!.id]);
    expect(notebook.said).not.toContain("Python is restarted.");
    start.resolve();
    await restarted;
    expect(notebook.said).toContain("Python is restarted.");
    expect(notebook.cells.map(({ count }) => count)).toEqual([1, 1]);
    // it has variables, which the next notebook must not see
    await notebook.runner.leave();
    expect(notebook.log).toEqual(["python 1", "restart", "python 2", "end"]);
  });

  test("what is queued while an interrupt restarts Python runs, with a count of its own", async () => {
    const cells = [code("stuck"), code("1"), code("2")];
    const stuck = deferred<string>();
    const notebook = page(cells, (source) => (source === "stuck" ? stuck.promise : "done"), kept);
    const start = deferred<void>();
    notebook.restartsWith(start.promise);
    notebook.stopsBy(() => stuck.resolve("lost"));
    const first = notebook.runner.run([cells[0]!.id]);
    await expect.poll(() => notebook.log).toEqual(["python stuck"]);
    const interrupted = notebook.runner.interrupt();
    await first;
    expect(notebook.book.count).toBe(0);
    const second = notebook.runner.run([cells[1]!.id, cells[2]!.id]);
    start.resolve();
    await interrupted;
    await second;
    expect(notebook.cells.map(({ count }) => count)).toEqual([1, 1, 2]);
    expect(notebook.log).toEqual(["python stuck", "python 1", "python 2"]);
  });
});

test("another notebook gets a new Python only where this one has run something", async () => {
  const notebook = page([code("1")], undefined, { kept: price.bytes, python: 0 });
  await notebook.runner.prepare();
  await notebook.runner.leave();
  expect(notebook.log).toEqual([]);
  await notebook.run();
  await notebook.runner.leave();
  expect(notebook.log).toEqual(["python 1", "end"]);
});

describe("words", () => {
  test("Python's state", () => {
    const say = (change: Partial<NotebookStatus>) =>
      kernelText({ ...initialStatus, ...change }).replaceAll("\u202f", " ");
    expect(say({ python: { bytes: 6_300_000, kept: 0 } })).toBe("Python: 6.3 MB to download, once");
    expect(say({ python: { bytes: 6_300_000, kept: 6_300_000 } })).toBe("Python: kept on this device");
    expect(say({ kernel: { kind: "idle" }, startTime: 1234 })).toBe("Python ready (1.2 s)");
  });

  test("without room to keep it, that is said", () => {
    const parts = [{ title: "Python itself", bytes: 1000 }];
    expect(needText(parts, true)).toContain("then kept on this device");
    expect(needText(parts, false)).toContain("kept until this tab closes");
  });
});
