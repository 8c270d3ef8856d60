// npm run experiment -- --sentence "…" --layer 9 --neuron 1094 --candidates this,that: the course's table in a terminal

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type ExperimentResult,
  format,
  type Hook,
  listed,
  operations,
  tutorial,
  tutorialSentence,
} from "../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../src/engine/node.ts";
import { PRACTICE } from "./catalog.ts";
import { ExportError } from "./errors.ts";
import { main } from "./main.ts";

const usage = `npm run experiment -- [options]

  --model <name>         a model under public/models, or an exported folder (default minibert-blimp)
  --sentence <text>      with the model's mask in it (default "Raymond is selling [MASK] sketches.")
  --mask <n>             which mask when there are several; 0 is the first
  --layer <l>            0-based (default 9)
  --neuron <n>           0-based (default 1094)
  --factor <x>           multiply the activation instead of setting it to 0
  --set <x>              set the activation to a value instead of 0
  --add <x>              add a value to the activation instead of setting it to 0
  --candidates <list>    single-token words (default this,that,these,those,the,some)
  --json                 everything, as JSON`;

await main(usage, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: "string", default: PRACTICE },
      sentence: { type: "string" },
      mask: { type: "string" },
      layer: { type: "string", default: String(tutorial.layer) },
      neuron: { type: "string", default: String(tutorial.neuron) },
      factor: { type: "string" },
      set: { type: "string" },
      add: { type: "string" },
      candidates: { type: "string", default: tutorial.candidates.join(",") },
      json: { type: "boolean", default: false },
    },
  });
  const folder = locate(values.model);
  const engine = createNodeEngine(folder);
  try {
    const { mask } = await engine.load(manifestUrl(folder), { device: "wasm" });
    const result = await engine.run({
      sentence: values.sentence ?? tutorialSentence(mask),
      mask: values.mask === undefined ? undefined : toNumber("--mask", values.mask),
      layer: toNumber("--layer", values.layer),
      neuron: toNumber("--neuron", values.neuron),
      hook: toHook({ factor: values.factor, set: values.set, add: values.add }),
      candidates: listed(values.candidates),
    });
    console.log(values.json ? JSON.stringify(result, null, 2) : format.courseTable(result.rows));
    if (!values.json) console.error(provenance(result));
  } finally {
    await engine.dispose();
  }
});

function locate(model: string): string {
  const folder = [join("public/models", model), model].find((path) =>
    existsSync(join(path, "manifest.json")),
  );
  if (folder !== undefined) return folder;
  throw new ExportError(
    `There is no exported model "${model}".`,
    model === PRACTICE
      ? "Run npm run practice first."
      : "Run npm run export first, or name a folder that holds a manifest.json.",
  );
}

function toNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new ExportError(`${option} ${text} is not a number.`, "See npm run experiment -- --help.");
}

function toHook(options: Record<"factor" | "set" | "add", string | undefined>): Hook {
  const kinds = { factor: "scale", set: "set", add: "add" } as const;
  const given = Object.entries(options).filter(([, text]) => text !== undefined);
  if (given.length > 1)
    throw new ExportError(
      `${given.map(([name]) => `--${name}`).join(" and ")} exclude each other.`,
      "Give one of them.",
    );
  const [[name, text] = []] = given;
  return name && text
    ? operations.toHook(kinds[name as keyof typeof kinds], toNumber(`--${name}`, text))
    : { kind: "suppress" };
}

/** on stderr, so that the table can be piped */
function provenance({
  provenance: { model, revision, encoding, device, runtime, timing },
}: ExperimentResult): string {
  return `${model} (${revision}, ${encoding} weights) on ${device.name}, ${runtime}, ${format.duration(timing.total)}`;
}
