// npm run sweep as a person starts it: parts and interruptions change no byte, and a search finds what it should.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { roundedText } from "../../src/model/index.ts";
import { csvHead, jsonOf, readCsv } from "../../src/model/sweep/index.ts";
import { checkpoints, practice, root } from "../helpers/fixtures.ts";

const run = promisify(execFile);
const command = ".cache/commands/sweep.js";
const folder = mkdtempSync(join(tmpdir(), "sweep-"));
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");
const model = () => ["--model", join(inject("models"), practice)];
/** what `npm run sweep` starts when it has built the commands */
const sweep = (...args: string[]) => run("node", [command, ...args], { cwd: root });
const refusal = (...args: string[]) =>
  sweep(...args).then(
    () => "it was done",
    (error: { stderr: string }) => error.stderr,
  );

const contrast = ["--contrast", "these,those/this,that"];

beforeAll(async () => {
  await run("npm", ["run", "--silent", "commands"], { cwd: root });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a layer of the practice model", () => {
  beforeAll(async () => {
    await sweep(...model(), ...contrast, "--csv", at("whole.csv"), "--json", at("whole.json"), "--top", "0");
  });

  it("is every neuron, in CSV and in JSON", () => {
    const { rows, torn } = readCsv(read("whole.csv"), "whole.csv");
    expect(torn).toBe(false);
    expect(rows.map(({ neuron }) => neuron)).toEqual(Array.from({ length: 1152 }, (_, neuron) => neuron));
    expect(read("whole.json")).toBe(jsonOf(rows));
  });

  it("computed in parts and merged is the same, byte for byte", async () => {
    mkdirSync(at("parts"));
    const parts = [1, 2, 3].map((part) => at(`parts/${part}.csv`));
    for (const [i, csv] of parts.entries())
      await sweep(...model(), ...contrast, "--shard", `${i + 1}/3`, "--csv", csv, "--top", "0");
    const two = await sweep("--merge", ...parts.slice(1), "--csv", at("two.csv"), "--top", "0");
    expect(two.stderr).toBe("Missing: neurons 0-383 of layer 9.\n");
    const all = await sweep("--merge", ...parts.toReversed(), "--csv", at("merged.csv"), "--top", "1");
    expect(all.stderr).toBe("");
    expect(all.stdout.split("\n")[1]).toMatch(/^ +1 +9 +1094 /);
    expect(read("merged.csv")).toBe(read("whole.csv"));
  });

  it("that is there already is printed, and nothing is computed", async () => {
    const { stdout, stderr } = await sweep(...model(), ...contrast, "--csv", at("whole.csv"), "--top", "3");
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^rank +layer +neuron +activation +before +after +effect$/);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^ +1 +9 +1094 +\S+ +\S+ +\S+ +-\d\.\d{3}e\+00 {2}exact$/);
    expect(stderr).toMatch(/^1152 neurons, 1152 of them from .*whole\.csv; minibert-blimp \(sha256:/);
  });

  it.each([
    [
      ["--sentence", "He is selling [MASK] sketches."],
      /its sentence is Raymond .*, and now it is He is selling/,
    ],
    [["--operation", "enhance"], /its operation is suppress, and now it is enhance/],
    [["--neurons", "5,5"], /^The sweep has neuron 5 in it twice\./],
    [["--contrast", "these/these"], /^"these" is on both sides of the contrast\./],
    [["--shard", "3/4", "--neurons", "5,6"], /^Part 3 of 4 has no neurons: there are 2\./],
    [["--all-layers", "--layer", "9"], /exclude each other/],
    [["stray"], /stray belongs to no option/],
    [["--tops", "3"], /'--tops'/],
  ])("%j is refused in a sentence, and the file stays", async (args, message) => {
    const before = read("whole.csv");
    const options = args.includes("--contrast") ? args : [...contrast, ...args];
    const said = await refusal(...model(), "--csv", at("whole.csv"), ...options);
    expect(said).toMatch(message);
    expect(said.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    expect(read("whole.csv")).toBe(before);
  });
});

it("says where its numbers come from that the weights are rounded, also when it computes nothing", async () => {
  const checkpoint = await openFolder(join(checkpoints, "legacy"));
  const { manifest } = await exportModel(checkpoint, { out: at("legacy-int8"), encoding: "int8" });
  await checkpoint.close();
  const origin = `legacy-int8 (${manifest.source.revision}), int8 weights (${roundedText(manifest)}), on CPU (WebAssembly), `;
  expect(origin).toContain("int8 weights (rounded, a probability off by at most ");
  const asked = ["--model", at("legacy-int8"), "--layer", "1", "--neurons", "0-2", "--word", "this"];
  const once = () => sweep(...asked, "--sentence", "The [MASK] is.", "--csv", at("int8.csv"));
  expect((await once()).stderr).toContain(`3 neurons; ${origin}`);
  expect((await once()).stderr).toContain(`3 neurons, 3 of them from ${at("int8.csv")}; ${origin}`);
  writeFileSync(at("int8.txt"), "The [MASK] is.\nThe is [MASK].\n");
  const { stderr } = await sweep(...asked, "--search", "--prompts", at("int8.txt"));
  expect(stderr).toContain(`By exact on probability:this. ${origin}`);
});

it("a file of another processor, and one of other values, are refused", async () => {
  const [csv, other] = [at("replaced.csv"), at("gpu.csv")];
  const values = (value: number) => {
    writeFileSync(at("values.json"), JSON.stringify(Array(1152).fill(value)));
    return ["--operation", "replace", "--values", at("values.json"), "--neurons", "0-2", "--top", "0"];
  };
  await sweep(...model(), ...contrast, ...values(0.25), "--csv", csv);
  expect(readCsv(read("replaced.csv"), csv).rows[0]!.operation).toBe("replace:0.25");
  expect(await refusal(...model(), ...contrast, ...values(0.5), "--csv", csv)).toMatch(
    /its operation on neuron 0 of layer 9 is replace:0\.25, and now it is replace:0\.5\.$/m,
  );
  writeFileSync(other, read("replaced.csv").replaceAll("CPU (WebAssembly)", "SwiftShader"));
  expect(await refusal(...model(), ...contrast, ...values(0.25), "--csv", other)).toMatch(
    /its device is SwiftShader, and now it is CPU \(WebAssembly\)\.$/m,
  );
});

/** Resolves when a file is larger than so many bytes. */
async function grown(path: string, bytes: number, child: ChildProcess): Promise<void> {
  while (!existsSync(path) || statSync(path).size < bytes) {
    if (child.exitCode !== null) throw new Error(`the sweep ended (${child.exitCode}) before it was stopped`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("a sweep that was stopped", () => {
  const asked = [...contrast, "--all-layers", "--neurons", "0-299", "--top", "0"];

  it("by a kill in the middle of a line goes on, and ends as one that was not, byte for byte", async () => {
    const csv = at("killed.csv");
    const child = spawn("node", [command, ...model(), ...asked, "--csv", csv], {
      cwd: root,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await grown(csv, csvHead().length + 100_000, child);
    child.kill("SIGKILL");
    await ended;
    truncateSync(csv, statSync(csv).size - 9);
    const kept = readCsv(read("killed.csv"), csv);
    expect(kept.torn).toBe(true);
    expect(kept.rows.length).toBeLessThan(3600);
    const { stderr } = await sweep(...model(), ...asked, "--csv", csv);
    expect(stderr).toContain(`3600 neurons, ${kept.rows.length} of them from ${csv}; `);
    await sweep(...model(), ...asked, "--csv", at("straight.csv"));
    expect(read("killed.csv")).toBe(read("straight.csv"));
  });

  it("by Ctrl-C says that it goes on, or shows what it has", async () => {
    for (const csv of [at("stopped.csv"), undefined]) {
      const args = [command, ...model(), ...asked.slice(0, -2), "--top", "2", ...(csv ? ["--csv", csv] : [])];
      const child = spawn("node", args, { cwd: root });
      const said = { out: "", err: "" };
      child.stdout.on("data", (text) => {
        said.out += text;
      });
      const quarter = new Promise<void>((resolve) =>
        child.stderr.on("data", (text) => {
          said.err += text;
          if (said.err.includes("25 %")) resolve();
        }),
      );
      const ended = new Promise((resolve) => child.once("close", resolve));
      await quarter;
      child.kill("SIGINT");
      expect(await ended).toBe(130);
      expect(said.err).toMatch(/Stopped after \d+ of 3600 neurons; /);
      if (csv) expect(said.err).toContain(`the same command goes on from ${csv}.`);
      else expect(said.out.trimEnd().split("\n")).toHaveLength(3);
    }
  });
});

describe("a search", () => {
  const prompts = [
    "--template",
    "{name} is selling [MASK] {noun}.",
    "--slot",
    "name=Raymond",
    "--slot",
    "noun=sketches,hats",
  ];

  it("keeps the sweep of each prompt, finds the neuron, and finds it again in the files", async () => {
    const asked = ["--search", ...contrast, "--layer", "8-9", "--neurons", "0-9,1094"];
    const live = await sweep(
      ...model(),
      ...asked,
      ...prompts,
      "--folder",
      at("prompts"),
      "--json",
      at("found.json"),
    );
    const files = ["001.csv", "002.csv"].map((name) => at(`prompts/${name}`));
    const sentences = files.map((file) => readCsv(readFileSync(file, "utf8"), file).rows[0]!.sentence);
    expect(sentences).toEqual(["Raymond is selling [MASK] sketches.", "Raymond is selling [MASK] hats."]);
    expect(live.stdout.split("\n")[1]).toMatch(/^ +9 +1094 +\d\.\d{3}e\+0 +2 of 2$/);
    expect(live.stderr).toMatch(
      /^No share of the 2 prompts leaves 2 to 5 neurons: 1 neuron at 5 %, 1 at 10 %\.$/m,
    );
    const { search } = JSON.parse(read("found.json"));
    expect(search).toMatchObject({
      method: "exact",
      metric: "log-odds:these,those/this,that",
      found: false,
      sentences,
    });
    expect(search.neurons).toMatchObject([{ layer: 9, neuron: 1094, prompts: 2 }]);
    const again = await sweep("--search", ...files);
    expect(again.stdout).toBe(live.stdout);
  });

  it.each([
    [["--operation", "enhance"], /^--search does not take --operation\./],
    [["--sentence", "x"], /^--search does not take --sentence\./],
  ])("with %j is refused", async (args, message) =>
    expect(await refusal(...model(), "--search", ...prompts, ...contrast, ...args)).toMatch(message));
});

it("integrated gradients say how well they add up", async () => {
  const { stdout, stderr } = await sweep(
    ...model(),
    ...contrast,
    "--method",
    "ig-layer",
    "--steps",
    "5",
    "--top",
    "1",
  );
  expect(stdout).toMatch(/^ +1 +9 +1094 .* estimate \(ig-layer\)$/m);
  expect(stderr).toMatch(
    /^The attributions of layer 9 sum to \S+, and the change along the path is \S+: off by \S+\.$/m,
  );
});

describe("onnxruntime-node", () => {
  const native = ["--runtime", "native", "--layer", "8-9", "--neurons", "0-199,1094"];
  const refused = () => refusal(...model(), ...contrast, ...native, "--top", "0");

  it("is refused in a sentence where it is not installed", async (context) => {
    const said = await refused();
    context.skip(said === "it was done", "onnxruntime-node is installed");
    expect(said).toMatch(
      /^onnxruntime-node is not installed\.\nRun ONNXRUNTIME_NODE_INSTALL=skip npm install /,
    );
  });

  it("has WebAssembly's numbers, and the CSV says that it was used", async (context) => {
    context.skip((await refused()).includes("is not installed"), "onnxruntime-node is not installed");
    for (const metric of [contrast, ["--word", "these"]]) {
      const rows = [];
      for (const [name, options] of [
        ["native.csv", native],
        ["wasm.csv", native.slice(2)],
      ] as const) {
        rmSync(at(name), { force: true });
        await sweep(...model(), ...metric, ...options, "--csv", at(name), "--top", "0");
        rows.push(readCsv(read(name), name).rows);
      }
      const [ours, theirs] = [rows[0]!, rows[1]!];
      expect(ours).toHaveLength(theirs.length);
      expect(ours[0]).toMatchObject({
        device: "CPU",
        runtime: `onnxruntime-node ${theirs[0]!.runtime.split(" ")[1]}`,
      });
      for (const [i, { after, effect, activation }] of ours.entries()) {
        expect(Math.abs(after - theirs[i]!.after)).toBeLessThan(1e-4 * Math.abs(theirs[i]!.before));
        expect(Math.abs(effect - theirs[i]!.effect)).toBeLessThan(1e-4 * Math.abs(theirs[i]!.before));
        expect(Math.abs(activation - theirs[i]!.activation)).toBeLessThan(1e-4);
      }
    }
  });
});
