// The engine's worker in Chromium: what is kept, what is refused, what happens when the GPU goes away.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Progress } from "../../src/engine/index.ts";
import { allFiles, type ExperimentSpec, parseManifest } from "../../src/model/index.ts";
import { Site } from "../engine/load/site.ts";
import { type Gpu, launch } from "../helpers/chromium.ts";
import { holdDevice } from "../helpers/gpu.ts";
import { runtimeNames } from "../helpers/kept.ts";
import { forever, holds, misbehave } from "../helpers/misbehave.ts";
import { expectRisingTo } from "../helpers/rising.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { harnessScript, openForeign, openHarness } from "./open-harness.ts";

const manifest = "models/legacy/manifest.json";
const spec: ExperimentSpec = {
  sentence: "Raymond is selling [MASK] sketches.",
  layer: 1,
  neuron: 5,
  candidates: ["this", "these"],
};

/** the hash of a file of the exported model */
function weightHash(file: string): string {
  const text = readFileSync(join(inject("models"), "legacy/manifest.json"), "utf8");
  return allFiles(parseManifest(text)).find((each) => each.file === file)!.sha256;
}

let server: StaticServer;
beforeAll(async () => {
  server = await serve({ "/": inject("harness"), "/models/": inject("models") });
});
afterAll(() => server.close());
beforeEach(() => {
  server.intercept = undefined;
  server.headers = {};
  server.requests.length = 0;
});

/** what a call in the page rejects with, as plain data */
const failure = (page: Page, body: string) =>
  page.evaluate<{ code?: string; name: string; message: string; hint?: string }>(
    `(async () => { const { engine, createEngine } = harness; try { ${body}; return { name: "none" }; }
      catch (e) { return { name: e.name, code: e.code, message: e.message, hint: e.hint }; } })()`,
  );

/** Tests on fresh profiles of one browser. */
function inBrowser(
  gpu: Gpu,
  tests: (open: (prepare?: (page: Page) => Promise<void>) => Promise<Page>) => void,
): void {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(gpu);
  });
  afterAll(() => browser.close());
  tests((prepare) => openHarness(browser, server.url, prepare));
}

describe("on WebGPU", () => {
  inBrowser("webgpu", (open) => {
    it("downloads once: a second visit asks for no weights, graphs or tokenizer", async () => {
      const page = await open();
      const progress = await page.evaluate(async (url) => {
        const seen: Progress[] = [];
        await window.harness.engine.load(url, { onProgress: (step) => seen.push(step) });
        return seen;
      }, manifest);
      const downloads = progress.flatMap((step) => (step.kind === "downloading" ? [step] : []));
      expectRisingTo(downloads[0]!.total, downloads);
      expect(progress.at(-1)).toEqual({ kind: "preparing" });
      expect(server.requests.filter((path) => path.includes("/weights/")).length).toBeGreaterThan(0);

      server.requests.length = 0;
      await page.reload();
      const state = await page.evaluate((url) => window.harness.engine.state(url), manifest);
      expect(state.store).toBe("indexeddb");
      await page.evaluate(
        ([url, asked]) => window.harness.engine.load(url).then(() => window.harness.engine.run(asked)),
        [manifest, spec] as const,
      );
      expect(server.requests.filter((path) => /^\/models\/.*(weights|graphs|tokenizer)/.test(path))).toEqual(
        [],
      );

      // another layer: no weights either
      await page.evaluate((asked) => window.harness.engine.run({ ...asked, layer: 0 }), spec);
      expect(server.requests.filter((path) => path.includes("/weights/"))).toEqual([]);
    });

    it("works without a server once everything is kept", async () => {
      const page = await open();
      await page.evaluate((url) => window.harness.engine.load(url), manifest);
      server.intercept = (request, response) => {
        if (!request.url?.startsWith("/models/")) return false;
        response.destroy();
        return true;
      };
      const rows = await page.evaluate(
        async ([url, asked]) => {
          const second = window.harness.createEngine();
          await second.load(url);
          return (await second.run(asked)).rows;
        },
        [manifest, spec] as const,
      );
      expect(rows).toHaveLength(2);
    });

    it("a factor of 1 changes nothing, bit for bit, and experiments leave no trace", async () => {
      const page = await open();
      const [first, scaled, again] = await page.evaluate(
        async ([url, asked]) => {
          const { engine } = window.harness;
          await engine.load(url, { device: "webgpu" });
          const clean = await engine.run(asked);
          const same = await engine.run({ ...asked, hook: { kind: "scale", factor: 1 } });
          await engine.run({ ...asked, hook: { kind: "set", value: 40 } });
          return [clean, same, await engine.run(asked)] as const;
        },
        [manifest, spec] as const,
      );
      for (const { before, after } of scaled.rows) expect(after).toBe(before);
      expect(again.rows).toEqual(first.rows);
      expect(first.provenance.device).toMatchObject({ kind: "webgpu", software: true, reason: "" });
      expect(again.provenance.timing.pre).toBe(0);
    });

    it("suppression is a write of four bytes on the GPU, also after the activations were read", async () => {
      const page = await open();
      const started = page.waitForEvent("worker");
      await page.evaluate((url) => void window.harness.engine.state(url), manifest);
      const worker = await started;
      await worker.evaluate(() => {
        const write = GPUQueue.prototype.writeBuffer;
        Object.assign(self, { small: [] as number[] });
        GPUQueue.prototype.writeBuffer = function (this: GPUQueue, ...args: Parameters<typeof write>) {
          // the runtime's own writes go through another path, or are larger
          const bytes = args[2] as ArrayBufferView;
          if (bytes.byteLength === 4 && args.length === 3)
            (self as unknown as { small: number[] }).small.push(args[1]);
          write.apply(this, args);
        } as typeof write;
      });
      const ids = await page.evaluate(
        async ([url, asked]) => {
          const { engine } = window.harness;
          await engine.load(url, { device: "webgpu" });
          const tokens = (await engine.tokenize(asked.sentence)).map(({ id }) => id);
          await engine.forward({ ids: tokens, layer: asked.layer });
          const edits = [{ position: 4, neuron: asked.neuron, hook: { kind: "suppress" as const } }];
          await engine.forward({ ids: tokens, layer: asked.layer, edits });
          await engine.run(asked);
          return tokens;
        },
        [manifest, spec] as const,
      );
      expect(ids).toHaveLength(8);
      const place = (4 * 128 + spec.neuron) * 4;
      // set to zero and put back, by forward and by run
      const writes = await worker.evaluate(() => (self as unknown as { small: number[] }).small);
      expect(writes.filter((offset) => offset === place)).toHaveLength(4);
    });

    it("another layer takes the place of the one before in the GPU's memory", async () => {
      const page = await open();
      const started = page.waitForEvent("worker");
      await page.evaluate((url) => void window.harness.engine.state(url), manifest);
      const worker = await started;
      await worker.evaluate(() => {
        const sizes = new Map<GPUBuffer, number>();
        const create = GPUDevice.prototype.createBuffer;
        const destroy = GPUBuffer.prototype.destroy;
        GPUDevice.prototype.createBuffer = function (descriptor) {
          const buffer = create.call(this, descriptor);
          sizes.set(buffer, descriptor.size);
          return buffer;
        };
        GPUBuffer.prototype.destroy = function () {
          sizes.delete(this);
          return destroy.call(this);
        };
        const held = () => [...sizes.values()].reduce((sum, size) => sum + size, 0);
        Object.assign(self, { held });
      });
      const held = () => worker.evaluate(() => (self as unknown as { held: () => number }).held());
      await page.evaluate((url) => window.harness.engine.load(url, { device: "webgpu" }), manifest);
      const run = (layer: number) =>
        page.evaluate((asked) => window.harness.engine.run(asked), { ...spec, layer });
      // the weights of this model, 0.2 MB, are all of a pair of halves
      await run(2);
      const first = await held();
      expect(first).toBeGreaterThan(200_000);
      for (const layer of [0, 1, 2]) {
        await run(layer);
        expect(await held(), `layer ${layer}`).toBeLessThan(1.3 * first);
      }
    });

    it("a pending call is answered when the engine is disposed of", async () => {
      const page = await open();
      server.intercept = (request) => /layer-2\.0\.bin/.test(request.url ?? "");
      const outcome = await page.evaluate(async (url) => {
        const { engine } = window.harness;
        const pending = engine.load(url).catch((error: Error) => error.name);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        await engine.dispose();
        return pending;
      }, manifest);
      expect(outcome).toBe("AbortError");
    });

    /** A page with the model open on a GPU that can be taken away in the engine's worker. */
    const openOnHeldGpu = async () => {
      const page = await open();
      // the device belongs to the worker: hold it there before the engine asks for it
      const started = page.waitForEvent("worker");
      await page.evaluate((url) => void window.harness.engine.state(url), manifest);
      const worker = await started;
      await holdDevice(worker);
      await page.evaluate((url) => window.harness.engine.load(url, { device: "webgpu" }), manifest);
      const loseGpu = () =>
        worker.evaluate(async () => {
          const { device } = self as unknown as { device: GPUDevice };
          device.destroy();
          await device.lost; // the engine has heard of it too: it listened first
        });
      return { page, worker, loseGpu };
    };

    it("a run that stands at a hook point when the GPU is lost says so, and the next one is right", async () => {
      const { page, loseGpu } = await openOnHeldGpu();
      const point = "blocks.1.mlp.hook_post";
      const first = await page.evaluateHandle(async (at) => {
        const { connectSteps, engine } = window.harness;
        const call = await connectSteps(engine);
        const { name } = await call<{ name: string }>("describe");
        const start = () =>
          call<{ run: number; data: Float32Array }>("start", name, { ids: [[1, 2, 3]] }, [at]);
        return { call, start, step: await start() };
      }, point);
      await loseGpu();
      const said = await first.evaluate(async ({ call, start, step }) => {
        const error = await call("resume", step.run).then(String, String);
        const again = await start();
        const same = again.data.every((value, i) => value === step.data[i]) && again.data.length;
        await call("resume", again.run);
        return [error, same];
      });
      expect(said).toEqual([expect.stringContaining("This run is over: the GPU was lost."), 3 * 128]);
    });

    it("a lost GPU is named, and the next run recovers", async () => {
      const { page, worker, loseGpu } = await openOnHeldGpu();
      const clean = await page.evaluate((asked) => window.harness.engine.run(asked), spec);
      await loseGpu();
      const recovered = await page.evaluate((asked) => window.harness.engine.run(asked), spec);
      expect(recovered.rows).toEqual(clean.rows);
      expect(recovered.provenance.device.kind).toBe("webgpu");

      // lost in the middle of a run: that run says so, the next one works
      await worker.evaluate(() => {
        const write = GPUQueue.prototype.writeBuffer;
        GPUQueue.prototype.writeBuffer = function (this: GPUQueue, ...args: Parameters<typeof write>) {
          write.apply(this, args);
          const size = (args[2] as ArrayBufferView).byteLength;
          // the hook's own four bytes
          if (size === 4 && args.length === 3) (self as unknown as { device: GPUDevice }).device.destroy();
        } as typeof write;
        Object.assign(self, { restore: () => Object.assign(GPUQueue.prototype, { writeBuffer: write }) });
      });
      expect(await failure(page, `await engine.run(${JSON.stringify(spec)})`)).toMatchObject({
        code: "gpu-lost",
      });
      await worker.evaluate(() => (self as unknown as { restore: () => void }).restore());
      expect((await page.evaluate((asked) => window.harness.engine.run(asked), spec)).rows).toEqual(
        clean.rows,
      );
    });

    it("wrong GPU numbers fall back to WebAssembly, and the result says why", async () => {
      const page = await open();
      const worker = page.waitForEvent("worker");
      await page.evaluate((url) => void window.harness.engine.state(url), manifest);
      await (await worker).evaluate(() => {
        const create = GPUDevice.prototype.createShaderModule;
        GPUDevice.prototype.createShaderModule = function (descriptor) {
          // a GPU that takes a wrong root: every LayerNorm comes out wrong
          return create.call(this, {
            ...descriptor,
            code: descriptor.code.replaceAll("inverseSqrt(", "sqrt("),
          });
        };
      });
      const info = await page.evaluate((url) => window.harness.engine.load(url), manifest);
      expect(info.device).toMatchObject({ kind: "wasm", reason: expect.stringContaining("wrong numbers") });
      expect(await failure(page, `await engine.load("${manifest}", { device: "webgpu" })`)).toMatchObject({
        code: "self-test",
      });
    });

    it("overlapping calls are carried out one after the other", async () => {
      const page = await open();
      const results = await page.evaluate(
        async ([url, asked]) => {
          const { engine } = window.harness;
          await engine.load(url, { device: "webgpu" });
          const one = await engine.run(asked);
          const many = await Promise.all([0, 1, 2, 0, 1].map((layer) => engine.run({ ...asked, layer })));
          return [one, many[1]!, many[4]!].map(({ rows }) => rows);
        },
        [manifest, spec] as const,
      );
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    });

    it("a cancelled download keeps what has arrived, and the next one goes on from there", async () => {
      const page = await open();
      const held = new Promise<void>((resolve) => {
        server.intercept = (request) => {
          // the last shard never comes
          if (!/layer-2\.0\.bin/.test(request.url ?? "")) return false;
          resolve();
          return true;
        };
      });
      await page.evaluate((url) => {
        const controller = new AbortController();
        const outcome = window.harness.engine
          .load(url, { signal: controller.signal })
          .catch((error: Error) => error.name);
        Object.assign(window, { cancel: () => controller.abort(), outcome });
      }, manifest);
      await held;
      // files before it may still be on their way
      const first = weightHash("weights/layer-0.0.bin");
      await expect
        .poll(() =>
          page.evaluate(
            async (sha256) => (await (await window.harness.storage.openStore()).keys()).has(sha256),
            first,
          ),
        )
        .toBe(true);
      expect(await page.evaluate("cancel(), outcome")).toBe("AbortError");
      server.intercept = undefined;
      server.requests.length = 0;
      await page.evaluate((url) => window.harness.engine.load(url), manifest);
      expect(server.requests).not.toContain("/models/legacy/weights/layer-0.0.bin");
      expect(server.requests).toContain("/models/legacy/weights/layer-2.0.bin");
    });

    it("bytes that were changed on the way, or in the store, are not used", async () => {
      const page = await open();
      server.intercept = (request, response) => {
        if (!request.url?.endsWith("layer-1.0.bin")) return false;
        response.writeHead(200).end(Buffer.alloc(16_000));
        return true;
      };
      expect(await failure(page, `await engine.load("${manifest}", { device: "wasm" })`)).toMatchObject({
        code: "file-corrupt",
      });
      server.intercept = undefined;
      const clean = await page.evaluate(
        ([url, asked]) =>
          window.harness.engine.load(url, { device: "wasm" }).then(() => window.harness.engine.run(asked)),
        [manifest, spec] as const,
      );
      // damage one kept weight chunk, then open in a new engine: that file, and no other, is fetched again
      const damage = { file: "weights/layer-1.0.bin", sha256: weightHash("weights/layer-1.0.bin") };
      await page.evaluate(async ({ sha256 }) => {
        const store = await window.harness.storage.openStore();
        const bytes = (await store.get(sha256))!;
        bytes[0]! ^= 1;
        await store.set(sha256, bytes);
      }, damage);
      server.requests.length = 0;
      const { rows, repaired } = await page.evaluate(
        async ([url, asked]) => {
          const second = window.harness.createEngine();
          const load = () => second.load(url, { device: "wasm" });
          const infos = [await load(), await load()];
          return { rows: (await second.run(asked)).rows, repaired: infos.map((info) => info.repaired) };
        },
        [manifest, spec] as const,
      );
      expect(rows).toEqual(clean.rows);
      expect(repaired, "said once, and well again after").toEqual([1, 0]);
      expect(
        server.requests.filter((path) => path.startsWith("/models/") && !path.endsWith("manifest.json")),
      ).toEqual([`/models/legacy/${damage.file}`]);
    });

    it.each<[string, (url: string) => { status: number; body: string } | undefined, string]>([
      [
        "a missing manifest",
        (url) => (url.endsWith("manifest.json") ? { status: 404, body: "" } : undefined),
        "manifest-missing",
      ],
      [
        "a web page for a manifest",
        (url) => (url.endsWith("manifest.json") ? { status: 200, body: "<!doctype html>" } : undefined),
        "manifest-invalid",
      ],
      [
        "a missing chunk",
        (url) => (url.endsWith("head.0.bin") ? { status: 404, body: "" } : undefined),
        "file-missing",
      ],
      [
        "a failing server",
        (url) => (url.endsWith("head.0.bin") ? { status: 503, body: "" } : undefined),
        "network",
      ],
    ])("%s is named", async (_, answer, code) => {
      const page = await open();
      server.intercept = (request, response) => {
        const fixed = answer(request.url ?? "");
        if (fixed) response.writeHead(fixed.status, { "Content-Type": "text/html" }).end(fixed.body);
        return fixed !== undefined;
      };
      const error = await failure(page, `await engine.load("${manifest}")`);
      expect(error).toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
    });

    it("removing a model frees its space", async () => {
      const page = await open();
      const [before, freed, after] = await page.evaluate(async (url) => {
        const { engine } = window.harness;
        await engine.load(url);
        const full = await engine.state(url);
        const freed = await engine.remove("legacy");
        return [full.kept, freed, (await engine.state(url)).kept];
      }, manifest);
      expect(before).toBeGreaterThan(0);
      expect(freed).toBe(before);
      expect(after).toBe(0);
    });

    it("a full disk is named; without keeping the rest it goes on, and fetches nothing twice", async () => {
      const { origin } = new URL(server.url);
      let session!: CDPSession;
      // before the first visit: Chromium remembers for a while how much room there was
      const page = await open(async (blank) => {
        session = await blank.context().newCDPSession(blank);
        // the model's files find room, the runtime's 17 MB do not
        await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 10e6 });
      });
      // the runtime comes last, so that it ends no download of another file
      const [runtime] = runtimeNames(inject("harness"));
      const gate = holds(0);
      server.intercept = misbehave(server, `/assets/${runtime}`, forever(gate.how));
      const failed = failure(page, `await engine.load("${manifest}", { device: "wasm" })`);
      await expect
        .poll(() =>
          page.evaluate(async (url) => {
            const { bytes, kept } = await window.harness.engine.state(url);
            return bytes - kept;
          }, manifest),
        )
        .toBe(server.read(`/assets/${runtime}`)!.byteLength);
      gate.open();
      expect(await failed).toMatchObject({ code: "storage-full" });
      const [info, state] = await page.evaluate(async (url) => {
        const { engine } = window.harness;
        const info = await engine.load(url, { device: "wasm", keep: false });
        return [info, await engine.state(url)] as const;
      }, manifest);
      expect(info.store).toBe("memory");
      expect(state).toMatchObject({ store: "memory", kept: state.bytes });
      const piece = server.requests.filter((path) => path.endsWith(".wasm"));
      expect(piece.length).toBe(new Set(piece).size);
      const run = await page.evaluate((asked) => window.harness.engine.run(asked), spec);
      expect(run.rows).toHaveLength(2);

      // the next visit finds what the disk had room for, and fetches the rest
      await session.send("Storage.overrideQuotaForOrigin", { origin });
      await page.reload();
      server.requests.length = 0;
      const next = await page.evaluate(async (url) => {
        const { engine } = window.harness;
        const before = await engine.state(url);
        const { store } = await engine.load(url, { device: "wasm" });
        return { before, store, after: await engine.state(url) };
      }, manifest);
      expect(next.before.kept).toBeGreaterThan(0);
      expect(next.before.kept).toBeLessThan(next.before.bytes);
      expect(next.store).toBe("indexeddb");
      expect(next.after.kept).toBe(next.after.bytes);
      expect(server.requests.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
    });

    it("files can be kept in a store of the page's", async () => {
      const page = await open();
      const { kept, own, store, rows } = await page.evaluate(
        async ([url, asked]) => {
          const { engine, storage } = window.harness;
          const pages = storage.memoryStore();
          await engine.use(pages);
          const { store } = await engine.load(url, { device: "wasm" });
          const { rows } = await engine.run({ ...asked, layer: 0 });
          const own = await (await storage.openStore()).keys();
          return { kept: await pages.models(), own: own.size, store, rows };
        },
        [manifest, spec] as const,
      );
      expect(kept).toMatchObject([{ name: "legacy", unfinished: false }]);
      expect(own).toBe(0);
      expect(store).toBe("memory");
      expect(rows).toHaveLength(2);
    });

    it("a new version takes the place of the old one while that is open in another tab", async () => {
      const old = await open();
      await old.evaluate((url) => window.harness.engine.load(url, { device: "wasm" }), manifest);
      const changed = "weights/layer-2.0.bin";
      const site = new Site(join(inject("models"), "legacy"));
      site.replace(changed);
      server.intercept = (request, response) => {
        const path = request.url?.replace("/models/legacy/", "") ?? "";
        if (path !== "manifest.json" && path !== changed) return false;
        response.writeHead(200).end(site.files.get(path));
        return true;
      };
      const tab = await old.context().newPage();
      await tab.goto(server.url);
      await tab.waitForFunction(() => "harness" in window);
      server.requests.length = 0;
      const [before, after, records] = await tab.evaluate(async (url) => {
        const { engine, storage } = window.harness;
        const before = await engine.state(url);
        await engine.load(url, { device: "wasm" });
        const store = await storage.openStore();
        return [before.outdated, (await engine.state(url)).outdated, await store.models()] as const;
      }, manifest);
      expect([before, after]).toEqual([true, false]);
      expect(records).toHaveLength(1);
      expect(server.requests.filter((path) => path.includes("/weights/"))).toEqual([
        `/models/legacy/${changed}`,
      ]);

      // the old one runs on where it is open, at every layer, and does not mix with the new one
      for (const layer of [2, 0]) {
        const run = await old.evaluate((asked) => window.harness.engine.run(asked), { ...spec, layer });
        expect(run.rows).toHaveLength(2);
      }
      server.requests.length = 0;
      await old.evaluate(
        ([url, asked]) =>
          window.harness.engine
            .load(url, { device: "wasm" })
            .then(() => window.harness.engine.run({ ...asked, layer: 0 })),
        [manifest, spec] as const,
      );
      expect(server.requests.filter((path) => path.includes("/weights/"))).toEqual([]);
    });
  });
});

describe("WebGPU without an adapter", () => {
  inBrowser("no-adapter", (open) => {
    it("falls back to WebAssembly and says why", async () => {
      const page = await open();
      const info = await page.evaluate((url) => window.harness.engine.load(url), manifest);
      expect(info.device).toMatchObject({ kind: "wasm", reason: expect.stringContaining("no GPU") });
    });
    it("refuses when WebGPU was asked for", async () => {
      const page = await open();
      const error = await failure(page, `await engine.load("${manifest}", { device: "webgpu" })`);
      expect(error).toMatchObject({ code: "no-adapter", hint: expect.stringContaining("WebAssembly") });
      expect(await page.evaluate(() => window.harness.detect())).toEqual({
        kind: "unsupported",
        cause: "no-adapter",
      });
    });
  });
});

describe("a browser without JavaScript Promise Integration", () => {
  it("takes the other build of ONNX Runtime, and computes the same", async () => {
    const browsers = [await launch("no-adapter"), await launch("no-adapter")];
    try {
      const [first, second] = await Promise.all(browsers.map((browser) => openHarness(browser, server.url)));
      const compute = (page: Page) =>
        page.evaluate(
          async ([url, asked]) => {
            const { engine } = window.harness;
            await engine.load(url, { device: "wasm" });
            return (await engine.run(asked)).rows;
          },
          [manifest, spec] as const,
        );
      // what the worker's script begins with
      await second!.context().route(/\/assets\/worker-.*\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `delete WebAssembly.Suspending;${await response.text()}` });
      });
      const rows = await compute(first!);
      expect(server.requests.filter((path) => path.endsWith(".wasm"))).toEqual([
        expect.stringMatching(/\/ort-jspi-/),
      ]);
      server.requests.length = 0;
      expect(await compute(second!)).toEqual(rows);
      expect(server.requests.filter((path) => path.endsWith(".wasm"))).toEqual(
        [0, 1].map((i) => expect.stringMatching(new RegExp(`/ort-asyncify-.*\\.${i}\\.wasm$`))),
      );
    } finally {
      await Promise.all(browsers.map((browser) => browser.close()));
    }
  });
});

describe("an insecure context", () => {
  it("has no WebGPU and no WebCrypto, and still computes", async () => {
    const browser = await launch("webgpu", ["--host-resolver-rules=MAP plain.test 127.0.0.1"]);
    const page = await openHarness(browser, `http://plain.test:${server.port}/`);
    expect(await page.evaluate(() => window.harness.detect())).toEqual({
      kind: "unsupported",
      cause: "insecure-context",
    });
    const info = await page.evaluate((url) => window.harness.engine.load(url), manifest);
    expect(info.device).toMatchObject({ kind: "wasm", reason: expect.stringContaining("https") });
    const { rows } = await page.evaluate((asked) => window.harness.engine.run(asked), spec);
    expect(rows).toHaveLength(2);
    await browser.close();
  });
});

describe("a worker", () => {
  inBrowser("no-adapter", (open) => {
    it("whose script is gone after a new deployment says so, and the next call tries again", async () => {
      const page = await open();
      server.intercept = (request, response) => {
        if (!request.url?.endsWith(".js")) return false;
        response.writeHead(404).end();
        return true;
      };
      expect(await failure(page, `await engine.state("${manifest}")`)).toMatchObject({
        code: "runtime-start",
        message: "The engine's script could not be loaded.",
        hint: expect.stringContaining("updated"),
      });
      server.intercept = undefined;
      expect(await failure(page, `await engine.state("${manifest}")`)).toEqual({ name: "none" });
    });

    it("some of whose parts are gone says so, and the next call tries again", async () => {
      const page = await open();
      await page.evaluate((url) => window.harness.engine.state(url), manifest);
      server.intercept = (request, response) => {
        if (!request.url?.endsWith(".js")) return false;
        response.writeHead(404).end();
        return true;
      };
      expect(await failure(page, `await engine.load("${manifest}")`)).toMatchObject({
        code: "runtime-start",
        message: expect.stringContaining("A part of the engine"),
      });
      server.intercept = undefined;
      expect(await failure(page, `await engine.load("${manifest}")`)).toEqual({ name: "none" });
    });
  });
});

describe("on another site", () => {
  let guest: StaticServer;
  beforeAll(async () => {
    guest = await serve({});
  });
  afterAll(() => guest.close());
  const address = () => `${server.url}${manifest}`;

  inBrowser("no-adapter", (open) => {
    it("a page's element starts the worker through a blob, and computes the same", async () => {
      const home = await open();
      const here = await home.evaluate(
        ([url, asked]) =>
          window.harness.engine.load(url, { device: "wasm" }).then(() => window.harness.engine.run(asked)),
        [manifest, spec] as const,
      );
      server.headers = { "Access-Control-Allow-Origin": "*" };
      const { page } = await openForeign(home.context(), guest, harnessScript(server));
      expect(new URL(page.url()).origin).not.toBe(new URL(server.url).origin);
      const worker = page.waitForEvent("worker");
      const there = await page.evaluate(
        async ([url, asked]) => {
          const { engine } = window.harness;
          const { store } = await engine.load(url, { device: "wasm" });
          return { store, rows: (await engine.run(asked)).rows };
        },
        [address(), spec] as const,
      );
      expect((await worker).url()).toMatch(/^blob:/);
      expect(there.store, "kept for that site").toBe("indexeddb");
      expect(there.rows).toEqual(here.rows);
    });

    it("a host without CORS is named", async () => {
      const home = await open();
      server.headers = { "Access-Control-Allow-Origin": "*" };
      const { page } = await openForeign(home.context(), guest, harnessScript(server));
      server.headers = {};
      expect(await failure(page, `await engine.state("${address()}")`)).toMatchObject({
        code: "runtime-start",
        hint: expect.stringMatching(
          new RegExp(`localhost:${server.port} must send Access-Control-Allow-Origin`),
        ),
      });
      server.headers = { "Access-Control-Allow-Origin": "*" };
      expect(await failure(page, `await engine.state("${address()}")`)).toEqual({ name: "none" });
    });

    it("a sandboxed frame, which has no origin, works from memory", async () => {
      const home = await open();
      server.headers = { "Access-Control-Allow-Origin": "*" };
      const { frame } = await openForeign(home.context(), guest, harnessScript(server), "sandbox");
      const result = await frame.evaluate(
        async ([url, asked]) => {
          const { engine } = window.harness;
          const { store } = await engine.load(url, { device: "wasm" });
          return { origin: window.origin, store, rows: (await engine.run(asked)).rows };
        },
        [address(), spec] as const,
      );
      expect(result).toMatchObject({ origin: "null", store: "memory" });
      expect(result.rows).toHaveLength(2);
    });
  });
});
