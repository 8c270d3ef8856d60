// The built site in a real Chromium, used as a visitor uses it: through roles, names and the keyboard. What the engine
// computes is tested elsewhere; here, that it reaches the page, and what the page says when it does not.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { type ExperimentSpec, format, type Manifest } from "../../src/model/index.ts";
import recorded from "../../src/ui/experiment/recorded.json" with { type: "json" };
import { type Gpu, launch } from "../helpers/chromium.ts";
import { practice, reference } from "../helpers/fixtures.ts";
import { holdDevice } from "../helpers/gpu.ts";
import { runtimeNames } from "../helpers/kept.ts";
import {
  asked,
  complaint,
  compute,
  course,
  expectQuiet,
  fields,
  fill,
  focused,
  holdEngine,
  outdated,
  provenance,
  read,
  recordedMark,
  settled,
  table,
  unfold,
  type Visit,
  type VisitOptions,
  visit,
} from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { hold, type StaticServer, serve } from "../helpers/server.ts";

const { model: shape, sentences } = reference(practice);
/** what is downloaded only when somebody asks for it */
const heavy = /\/weights\/|\/graphs\/|tokenizer\.json|tokenizer_config|\.wasm/;

let server: StaticServer;
beforeAll(async () => {
  const [site, models] = [inject("site"), inject("models")];
  server = await serve({
    "/": site,
    "/a/b/": site,
    // the same site with a second model
    "/two/": site,
    "/two/models/legacy/": join(models, "legacy"),
  });
});
afterAll(() => server.close());
beforeEach(() => {
  server.intercept = undefined;
  server.requests.length = 0;
});
afterEach(expectQuiet);

type Open = (path?: string, options?: VisitOptions) => Promise<Visit>;

/** Visits in one browser, closed with the tests it is for. */
function inBrowser(gpu: Gpu, tests: (open: Open) => void, args: string[] = []): void {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(gpu, args);
  });
  afterAll(() => browser.close());
  tests((path = "", options) => visit(browser, new URL(path, `${server.url}experiment.html`).href, options));
}

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(inject("models"), name, "manifest.json"), "utf8"));
/** a piece of the practice model's weights, as the server is asked for it */
const chunk = (): string => {
  const { shards } = manifestOf(practice);
  return Object.values(shards).at(-1)!.chunks[0]!.file;
};
const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });

describe("on WebGPU", () => {
  inBrowser("webgpu", (open) => {
    let to: Visit;
    let first: string[][];

    it("says the price and shows a recorded result, and asks for nothing heavy", async () => {
      to = await open();
      await to.model.getByRole("button", { name: "Load model", exact: true }).waitFor();
      const [entry] = catalog(join(inject("site"), "models"));
      const bytes = runtimeNames(inject("site")).reduce(
        (sum, file) => sum + readFileSync(join(inject("site"), "assets", file)).byteLength,
        entry!.bytes,
      );
      // the runtime counts once it is known what is kept
      await expect
        .poll(() => read(to.model))
        .toContain(
          `${format.bytes(bytes)} once, then kept on this device. Nothing you type leaves this page.`.replace(
            "\u202f",
            " ",
          ),
        );
      expect(await read(to.model)).toContain("the GPU is software");
      await unfold(to);
      const text = await read(to.model);
      expect(text).toMatch(/The browser says [\d.]+ GB are free\./);
      expect(text).toContain("WebGPU works here, but in software.");
      expect(await read(recordedMark(to))).toContain(practice);
      expect(await read(provenance(to))).toMatch(/^recorded/);
      const { scientific, signedPercent } = format;
      expect(await table(to)).toEqual(
        recorded.rows.map(({ word, before, after, delta }) => [
          word,
          scientific(before),
          scientific(after),
          signedPercent(delta),
        ]),
      );
      expect(server.requests.filter((path) => heavy.test(path))).toEqual([]);
      expect(server.requests).toContain("/models/index.json");
    });

    it("loads and runs the course's experiment with the reference's numbers", async () => {
      // hold the worker's device for the test after this one, before the engine asks for it
      const worker = to.page.waitForEvent("worker");
      await fields(to).run.click();
      await holdDevice(await worker);
      await settled(to);
      first = await table(to);
      expectPrinted(first, expected(course.sentence));
      expect(await recordedMark(to).count()).toBe(0);
      const origin = await read(provenance(to));
      for (const part of [practice, /webgpu on .*swiftshader/i, "(software adapter)", "pre half", "ms"])
        expect(origin).toMatch(part);
      await expect.poll(() => read(to.status)).toMatch(/^Done: .*(fell|rose) from/);
      // the watch on requests sees the worker's, too
      expect(asked.some((url) => url.endsWith(".wasm"))).toBe(true);
    });

    it("a lost GPU is said, and the next run recovers", async () => {
      const worker = to.page.workers()[0]!;
      await worker.evaluate(() => {
        const write = GPUQueue.prototype.writeBuffer;
        GPUQueue.prototype.writeBuffer = function (this: GPUQueue, ...args: Parameters<typeof write>) {
          write.apply(this, args);
          const size = (args[2] as ArrayBufferView).byteLength;
          // the hook's own four bytes: lost in the middle of a run
          if (size !== 4 || args.length !== 3) return;
          GPUQueue.prototype.writeBuffer = write;
          (self as unknown as { device: GPUDevice }).device.destroy();
        } as typeof write;
      });
      await fields(to).run.click();
      await to.experiment
        .getByText(/GPU.*(lost|away|gone|stopped)/i)
        .first()
        .waitFor();
      await expect.poll(() => read(to.status)).toMatch(/GPU/);
      // the result before stays
      expect(await table(to)).toEqual(first);
      await fields(to).run.click();
      await to.experiment.locator("[aria-busy=true]").waitFor({ state: "detached" });
      await to.experiment
        .getByText(/GPU.*(lost|away|gone|stopped)/i)
        .first()
        .waitFor({ state: "hidden" });
      expect(await table(to)).toEqual(first);
      expect(await read(provenance(to))).toMatch(/swiftshader/i);
    });

    it("a second visit downloads no weights", async () => {
      await to.page.reload();
      await to.model.getByText("nothing to download").waitFor();
      server.requests.length = 0;
      expect(await compute(to)).toEqual(first);
      expect(server.requests.filter((path) => /\/(weights|graphs)\/|tokenizer\//.test(path))).toEqual([]);
    });

    it("the processor can be chosen instead", async () => {
      await unfold(to);
      await to.model.getByRole("combobox", { name: "Compute on" }).selectOption({ label: "WASM (CPU)" });
      // nothing is open now, and the result shown stays
      await to.model.getByRole("button", { name: "Load model", exact: true }).waitFor();
      expect(await table(to)).toEqual(first);
      await fields(to).run.click();
      await provenance(to).getByText("CPU (WebAssembly)").waitFor();
      expectPrinted(await table(to), expected(course.sentence));
      await to.page.close();
    });
  });
});

describe("on the processor", () => {
  inBrowser("no-adapter", (open) => {
    /** a page with the practice model open, for the tests that only use it */
    let to: Visit;
    let first: string[][];
    beforeAll(async () => {
      to = await open("", { permissions: ["clipboard-read", "clipboard-write"] });
      await to.model.getByText("no GPU found").waitFor();
      await unfold(to);
      await to.model.getByText("The browser knows WebGPU but finds no GPU to use.").waitFor();
      await to.model.getByRole("button", { name: "Load model on the CPU" }).click();
      await to.model.getByText("Ready:").waitFor();
      first = await compute(to);
    });

    /** Run settings that are refused, and say that nothing was lost by it. */
    const refused = async (spec: Partial<ExperimentSpec>, field: keyof ReturnType<typeof fields>) => {
      await compute(to);
      await fill(to, spec);
      await fields(to).run.click();
      await expect.poll(() => complaint(fields(to)[field])).not.toBe("");
      const said = await complaint(fields(to)[field]);
      expect(await fields(to)[field].getAttribute("aria-invalid")).toBe("true");
      expect(await to.experiment.locator("[aria-invalid=true]").count()).toBe(1);
      expect(await table(to)).toEqual(first);
      expect(await outdated(to).count()).toBe(1);
      expect(await compute(to)).toEqual(first);
      expect(await complaint(fields(to)[field])).toBe("");
      return said;
    };

    it("computes the reference's numbers and says why without the GPU", async () => {
      expectPrinted(first, expected(course.sentence));
      expect(await read(provenance(to))).toContain("CPU (WebAssembly)");
      expect(await read(to.experiment)).toContain("found no GPU");
    });

    describe("complains at the field", () => {
      it("without [MASK]", async () => {
        expect(await refused({ sentence: "Raymond is selling these sketches." }, "sentence")).toContain(
          "There is no [MASK] in the sentence",
        );
      });
      it("of a sentence that is too long", async () => {
        const sentence = `[MASK] dogs ${". ".repeat(shape.positions)}`;
        expect(await refused({ sentence }, "sentence")).toContain(`at most ${shape.positions}`);
      });
      it("of a layer that is not there", async () => {
        expect(await refused({ layer: shape.layers }, "layer")).toContain(`0 to ${shape.layers - 1}`);
        expect(await refused({ layer: -1 }, "layer")).toContain(`0 to ${shape.layers - 1}`);
      });
      it("of a neuron that is not there", async () => {
        expect(await refused({ neuron: shape.dMlp }, "neuron")).toContain(`0 to ${shape.dMlp - 1}`);
        expect(await refused({ neuron: 0.5 }, "neuron")).toContain("whole number");
      });
      it("of a word of several pieces, which it names", async () => {
        const said = await refused({ candidates: ["this", "qzjx"] }, "candidates");
        const pieces = /\((\S+(?: \S+)+)\)/.exec(said)?.[1]?.replaceAll(/ ##/g, "");
        expect(said).toContain('"qzjx" is');
        expect(pieces).toBe("qzjx");
      });
      it("of no words at all", async () => {
        expect(await refused({ candidates: [] }, "candidates")).toContain("at least one word");
      });
      it("of a factor that is no number, and moves the focus there", async () => {
        await fill(to, { hook: { kind: "scale", factor: 1 } });
        await fields(to).factor.fill("");
        await fields(to).run.click();
        expect(await complaint(fields(to).factor)).toContain("Write a number");
        expect((await focused(to.page)).name).toBe("Factor");
      });
    });

    it("asks which of several [MASK]s is meant", async () => {
      const { text: sentence } = sentences.find(({ maskPositions }) => maskPositions.length === 2)!;
      const marked = to.experiment.getByRole("list", { name: "Tokens with their positions" });
      await fill(to, { sentence });
      await fields(to).mask.waitFor();
      for (const mask of [0, 1]) {
        expectPrinted(await compute(to, { sentence, mask }), expected(sentence, mask));
      }
      expect(await marked.getByText("[MASK]").count()).toBe(2);
      await fill(to);
      expect(await fields(to).mask.count()).toBe(0);
    });

    it("marks the result as outdated after an edit, and no longer after undoing it", async () => {
      await compute(to);
      // or the page would have computed it by itself before long
      const letGo = await holdEngine(to, server);
      await fields(to).neuron.fill("5");
      expect(await outdated(to).count()).toBe(1);
      await fields(to).neuron.fill(String(course.neuron));
      expect(await outdated(to).count()).toBe(0);
      await fields(to).candidates.fill("these");
      expect(await outdated(to).count()).toBe(1);
      await letGo();
    });

    it("shows the tokens of what is typed", async () => {
      await fill(to, { sentence: "The cats see [MASK] dogs." });
      const list = to.experiment.getByRole("list", { name: "Tokens with their positions" });
      await expect
        .poll(() => read(list).then((text) => text.replace(/\s+\d+\s*/g, " ").trim()))
        .toBe("[CLS] The cats see [MASK] dogs . [SEP]");
    });

    it("of five quick runs the last wins", async () => {
      const alone = await compute(to, { neuron: 5 });
      await compute(to);
      // all five come while the first has not been answered
      const letGo = await holdEngine(to, server);
      for (const neuron of [1, 2, 3, 4, 5]) {
        await fields(to).neuron.fill(String(neuron));
        await to.page.keyboard.press("Enter");
      }
      await letGo();
      await settled(to, { neuron: 5 });
      expect(await table(to)).toEqual(alone);
      // and nothing arrives after it
      await to.page.waitForTimeout(500);
      expect(await table(to)).toEqual(alone);
    });

    describe("what is done to the neuron", () => {
      /** the caption and the neuron's activation, as read */
      const shown = async () => {
        const text = await read(to.experiment.getByText("The neuron’s activation at [MASK]"));
        const [, before, after] = /: (\S+) before, (\S+) after/.exec(text.replaceAll("−", "-"))!;
        const caption = to.experiment.getByRole("table", { name: /^Probability of each word/ });
        return {
          caption: await read(caption.locator("caption")),
          before: Number(before),
          after: Number(after),
        };
      };

      it("a factor of 1 changes nothing", async () => {
        const rows = await compute(to, { hook: { kind: "scale", factor: 1 } });
        for (const [i, [, before, after, delta]] of rows.entries()) {
          expect([before, after, delta]).toEqual([first[i]![1], first[i]![1], "+0.00%"]);
        }
        expect(await read(to.experiment)).toContain("No probability changed.");
        expect((await shown()).caption).toContain("multiplied by 1");
      });
      it("enhancing doubles it, and is a factor of 2", async () => {
        const enhanced = await compute(to, { hook: { kind: "enhance" } });
        const { caption, before, after } = await shown();
        expect(caption).toContain("doubled");
        expect(after / before).toBeCloseTo(2, 2);
        expect(enhanced).not.toEqual(first);
        expect(await compute(to, { hook: { kind: "scale", factor: 2 } })).toEqual(enhanced);
      });
      it("setting it to 0 suppresses it, and another value is something else", async () => {
        expect(await compute(to, { hook: { kind: "set", value: 0 } })).toEqual(first);
        expect(await compute(to, { hook: { kind: "set", value: -2.5 } })).not.toEqual(first);
        expect(await shown()).toMatchObject({ caption: expect.stringContaining("set to -2.5"), after: -2.5 });
      });
    });

    it("gives the table as CSV with every digit", async () => {
      await compute(to);
      const download = to.page.waitForEvent("download");
      await to.experiment.getByRole("button", { name: "Download as CSV" }).click();
      const file = await download;
      expect(file.suggestedFilename()).toBe(`layer-${course.layer}-neuron-${course.neuron}.csv`);
      const [head, ...lines] = readFileSync(await file.path(), "utf8")
        .trimEnd()
        .split("\r\n");
      expect(head).toBe("word,before,after,delta,edits");
      const rows = lines.map((line) => {
        const [word, before, after, delta] = line.split(",");
        expect(before!.length).toBeGreaterThan(10);
        return [
          word!,
          format.scientific(Number(before)),
          format.scientific(Number(after)),
          format.signedPercent(Number(delta)),
        ];
      });
      expect(rows).toEqual(first);
    });

    it("gives the experiment as Python", async () => {
      await compute(to, { neuron: 7, hook: { kind: "scale", factor: -0.5 } });
      await to.experiment.getByText("The same in Python").click();
      const code = await to.experiment.getByRole("region", { name: "Python code" }).textContent();
      await to.experiment.getByRole("button", { name: "Copy as Python" }).click();
      await to.experiment.getByRole("button", { name: "Copied" }).waitFor();
      expect(await to.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
      for (const line of [
        "layer, neuron = 9, 7",
        "mlp_post[0, position, neuron] *= -0.5",
        `words = ["${course.candidates.join('", "')}"]`,
        `ids = model.tokenizer("${course.sentence}", return_tensors="pt")["input_ids"]`,
        `folder = "${practice}"`,
        'utils.get_act_name("mlp_post", layer)',
      ])
        expect(code).toContain(line);
      await expect.poll(() => read(to.status)).toBe("Python copied.");
    });

    it("keeps the old result, dimmed, while a slow run is under way, and Stop leaves the focus in the form", async () => {
      await compute(to);
      // a worker that is busy answers late
      const letGo = await holdEngine(to, server);
      await fields(to).neuron.fill("3");
      await to.page.keyboard.press("Enter");
      await to.experiment.getByText("Running…").waitFor();
      expect(await to.experiment.locator("[aria-busy=true]").count()).toBe(1);
      expect(await table(to)).toEqual(first);
      await to.experiment.getByRole("button", { name: "Stop" }).focus();
      await to.page.keyboard.press("Enter");
      await letGo();
      await to.experiment.locator("[aria-busy=true]").waitFor({ state: "detached" });
      expect((await focused(to.page)).name).toBe("Run");
      expect(await table(to)).toEqual(first);
      expect(await outdated(to).count()).toBe(1);
    });

    it("works from a sub path", async () => {
      const other = await open("a/b/experiment.html");
      expect(await compute(other)).toEqual(first);
      expect(server.requests.filter((path) => !path.startsWith("/a/b/"))).toEqual([]);
      await other.page.close();
    });
  });
});

describe("a download that goes wrong", () => {
  inBrowser("no-adapter", (open) => {
    const failing = { allowed: /Failed to load resource/ };
    const load = ({ model }: Visit) => model.getByRole("button", { name: /^(Load model|Try again)/ }).click();
    const weights = () => server.requests.filter((path) => path.includes("/weights/"));
    /** Answer with this status where an address has this in it. */
    const refuse = (part: string, status: number) => {
      server.intercept = (request, response) => {
        if (!request.url?.includes(part)) return false;
        response.writeHead(status).end();
        return true;
      };
    };

    it("a missing file, a broken connection and Cancel are said; what had arrived is kept", async () => {
      const to = await open("", failing);
      const file = chunk();
      refuse(file, 404);
      await load(to);
      await to.model.getByText(`The server does not give out ${file}`).waitFor();
      await expect.poll(() => read(to.status)).toMatch(/Check that the model's whole folder was uploaded/);
      expect(await recordedMark(to).count()).toBe(1);

      server.intercept = (request, response) => {
        if (!request.url?.endsWith(file)) return false;
        response.writeHead(200, { "Content-Length": 100_000 }).write(Buffer.alloc(1000));
        setTimeout(() => response.destroy(), 50);
        return true;
      };
      server.requests.length = 0;
      await load(to);
      // it is tried again for some seconds, and given up then
      await to.model.getByRole("button", { name: "Try again" }).waitFor();
      await to.model.getByText(`The connection broke while ${file} was on its way.`).waitFor();
      expect(await read(to.model)).toContain("files that have arrived are kept");
      expect(weights()).toContain(`/models/${practice}/${file}`);

      server.intercept = (request) => request.url?.endsWith(file) === true;
      await load(to);
      const bar = to.model.getByRole("progressbar", { name: /^Downloading .* of / });
      await bar.waitFor();
      expect(await read(to.model)).toContain("what has arrived stays on this device");
      await expect
        .poll(() => bar.evaluate((it) => (it as HTMLProgressElement).position))
        .toBeGreaterThan(0.5);
      await to.model.getByRole("button", { name: "Cancel" }).click();
      await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
      await expect.poll(() => read(to.status)).toBe("Cancelled.");
      expect(await read(to.model)).toMatch(/ of [\d.]+ MB still to come/);

      server.intercept = undefined;
      server.requests.length = 0;
      await load(to);
      await to.model.getByText("Ready:").waitFor();
      // one file was missing, and only it was fetched
      expect(weights()).toEqual([`/models/${practice}/${file}`]);
      expectPrinted(await compute(to), expected(course.sentence));
      await to.page.close();
    });

    it("a site without models says so", async () => {
      refuse("models/index.json", 404);
      const to = await open("", failing);
      await to.model.getByText("models/index.json, could not be read").waitFor();
      // whoever wants to run asks for the list again
      await fields(to).run.click();
      await to.model.getByText("models/index.json, could not be read").waitFor();
      expect(await recordedMark(to).count()).toBe(1);
      await to.page.close();
    });

    it("ONNX Runtime that cannot be had is said, and fetched again", async () => {
      refuse(".wasm", 503);
      const to = await open("", failing);
      await load(to);
      await to.model.getByText(/The server failed to send .*ort-.*\.wasm \(status 503\)\.$/).waitFor();
      server.intercept = undefined;
      await load(to);
      await to.model.getByText("Ready:").waitFor();
      await to.page.close();
    });

    it("what comes once it is asked for is said to be on its way", async () => {
      for (const [script, control, comes] of [
        [/\/nn-course-code-[^/]*\.js$/, "Put this experiment into a course page", "Copy frame code"],
        [/\/opening-[^/]*\.js$/, "Open a model…", "Choose a folder…"],
      ] as const) {
        const { release } = hold(server, script);
        const to = await open("", failing);
        await unfold(to);
        await to.page.getByText(control, { exact: true }).click();
        await to.page.getByText("Loading…", { exact: true }).waitFor();
        release();
        await to.page.getByRole("button", { name: comes }).waitFor();
        expect(await to.page.getByText("Loading…", { exact: true }).count()).toBe(0);
        await to.page.close();
      }
    });

    it("code for a course page that could not be loaded is said, and loaded when that is opened again", async () => {
      refuse("nn-course-code", 503);
      const to = await open("", failing);
      const summary = to.experiment.locator("summary", { hasText: "Put this experiment into a course page" });
      await summary.click();
      const notice = to.experiment.getByRole("alert").getByText("The code could not be loaded.");
      await notice.waitFor();
      expect(await to.experiment.getByRole("button", { name: "Copy frame code" }).count()).toBe(0);
      server.intercept = undefined;
      await summary.click();
      await summary.click();
      await to.experiment.getByRole("button", { name: "Copy frame code" }).waitFor();
      expect(await notice.count()).toBe(0);
      await to.page.close();
    });
  });
});

describe("two models", () => {
  inBrowser("no-adapter", (open) => {
    it("are both listed, and the form follows the one that is chosen", async () => {
      const models = catalog(inject("models")).filter(({ name }) => name === practice || name === "legacy");
      expect(models).toHaveLength(2);
      server.intercept = (request, response) => {
        if (!request.url?.endsWith("/models/index.json")) return false;
        response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ models }));
        return true;
      };
      const to = await open("two/experiment.html");
      const small = manifestOf("legacy");
      const choice = (name: string) => to.model.getByRole("radio", { name });
      const other = choice(small.title);
      await unfold(to);
      await other.waitFor();
      expect(await to.model.getByRole("radio").count()).toBe(2);
      expect(await choice(practice).isChecked()).toBe(true);
      const first = await compute(to);

      await other.check();
      expect(await read(to.model)).toContain(`${small.model.layers} layers of`);
      // the result of the other model is not the answer to what is asked now
      expect(await outdated(to).count()).toBe(1);
      await fields(to).run.click();
      const { layer, neuron } = fields(to);
      expect(await complaint(layer)).toContain(`0 to ${small.model.layers - 1} in this model`);
      expect(await complaint(neuron)).toContain(`0 to ${small.model.dMlp - 1} in this model`);
      expect((await focused(to.page)).name).toBe("Layer");

      const { text: sentence, experiments } = reference("legacy").sentences[0]!;
      const { candidates, ...at } = experiments[0]!;
      const spec = {
        sentence,
        layer: at.layer,
        neuron: at.neuron,
        candidates: candidates.map(({ word }) => word),
      };
      expectPrinted(await compute(to, spec), candidates);
      expect(await read(provenance(to))).toContain("legacy");

      // back again: the complaints about the fields were about the other model
      await fill(to);
      await fields(to).run.click();
      expect(await complaint(layer)).not.toBe("");
      await choice(practice).check();
      await expect.poll(() => complaint(layer)).toBe("");
      await to.model.getByText("nothing to download").waitFor();
      server.requests.length = 0;
      expect(await compute(to)).toEqual(first);
      expect(server.requests.filter((path) => path.includes("/weights/"))).toEqual([]);
      await to.page.close();
    });
  });
});

describe("without WebGPU", () => {
  describe("in an insecure context", () => {
    inBrowser(
      "webgpu",
      (open) => {
        it("says so, computes on the processor, and leaves Python selected to be copied", async () => {
          const to = await open(`http://plain.test:${server.port}/experiment.html`);
          await unfold(to);
          await to.model.getByText("This address is not secure, so the browser hides the GPU.").waitFor();
          await to.model.getByRole("button", { name: "Load model on the CPU" }).click();
          await to.model.getByText("Ready: CPU (WebAssembly).").waitFor();
          expectPrinted(await compute(to), expected(course.sentence));
          await to.experiment.getByText("The same in Python").click();
          await to.experiment.getByRole("button", { name: "Copy as Python" }).click();
          await expect.poll(() => read(to.status)).toContain("refused to copy");
        });
      },
      ["--host-resolver-rules=MAP plain.test 127.0.0.1"],
    );
  });

  describe("in a browser that has none", () => {
    inBrowser("no-adapter", (open) => {
      it("says so and computes on the processor", async () => {
        const to = await open("", { first: () => Reflect.deleteProperty(Navigator.prototype, "gpu") });
        await unfold(to);
        await to.model.getByText("This browser has no WebGPU.").waitFor();
        expectPrinted(await compute(to), expected(course.sentence));
        expect(await read(provenance(to))).toContain("CPU (WebAssembly)");
      });
    });
  });
});

describe("the build", () => {
  it("has two builds of ONNX Runtime, in pieces", () => {
    const pieces = filesIn(inject("site")).filter((file) => /ort-.*\.wasm$/.test(file));
    expect(pieces.sort()).toEqual(
      ["asyncify-[0-9a-f]{8}.0", "asyncify-[0-9a-f]{8}.1", "jspi-[0-9a-f]{8}.0"].map((piece) =>
        expect.stringMatching(`^assets[/\\\\]ort-${piece}.wasm$`),
      ),
    );
  });

  it("was never asked for anything elsewhere", () => {
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((url) => /cdn\.|jsdelivr|unpkg|huggingface/.test(url))).toEqual([]);
  });
});

describe("the first view", () => {
  inBrowser("no-adapter", (open) => {
    it("needs less than 100 kB of JavaScript", async () => {
      const to = await open();
      await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
      // those of the page; what the service worker fetches to keep, it fetches after them
      const scripts = await to.page.evaluate(() =>
        [
          ...new Set(performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)),
        ].filter((path) => path.endsWith(".js")),
      );
      expect(scripts.length).toBeGreaterThan(0);
      const sizes = scripts.map((path) => gzipSync(readFileSync(join(inject("site"), path))).byteLength);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
    });
  });
});
