// npm run experiment -- --sentence "…" --layer 9 --neuron 1094 --candidates this,that: the course's table in a terminal

import { parseArgs } from "node:util";
import type { ExperimentResult } from "../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../src/engine/node.ts";
import {
  editText,
  format,
  type Hook,
  listed,
  mostEdits,
  type NeuronEdit,
  operations,
  readEdit,
  tutorial,
  tutorialSentence,
  withEdits,
  withOwnMask,
} from "../src/model/index.ts";
import { PRACTICE } from "./catalog.ts";
import { ExportError } from "./errors.ts";
import { main } from "./main.ts";
import { locate, toNumber } from "./options.ts";
import { provenanceText } from "./provenance.ts";

const usage = `npm run experiment -- [options]

  --model <name>         a model under public/models, or an exported folder (default minibert-blimp)
  --sentence <text>      with the model's mask in it (default "Raymond is selling [MASK] sketches.")
  --mask <n>             which mask when there are several; 0 is the first
  --layer <l>            0-based (default 9)
  --neuron <n>           0-based (default 1094)
  --factor <x>           multiply the activation instead of setting it to 0
  --set <x>              set the activation to a value instead of 0
  --add <x>              add a value to the activation instead of setting it to 0
  --edit <l.n[:hook]>    in place of all these, and as often as you like, up to ${mostEdits} times: 9.1094 sets neuron 1094 of
                         layer 9 to 0; 3.7:set:2.5, 3.7:scale:0.5, 3.7:add:-1 and 3.7:enhance do something else to it
  --candidates <list>    single-token words (default this,that,these,those,the,some)
  --json                 everything, as JSON`;

await main(usage, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: "string", default: PRACTICE },
      sentence: { type: "string" },
      mask: { type: "string" },
      layer: { type: "string" },
      neuron: { type: "string" },
      factor: { type: "string" },
      set: { type: "string" },
      add: { type: "string" },
      edit: { type: "string", multiple: true },
      candidates: { type: "string", default: tutorial.candidates.join(",") },
      json: { type: "boolean", default: false },
    },
  });
  const edits = toEdits(values);
  const folder = locate(values.model);
  const engine = createNodeEngine(folder);
  try {
    const { mask } = await engine.load(manifestUrl(folder), { device: "wasm" });
    const sentence = values.sentence ?? tutorialSentence(mask);
    const spec = {
      ...tutorial,
      sentence: withOwnMask(sentence, mask),
      mask: values.mask === undefined ? undefined : toNumber("--mask", values.mask),
      candidates: listed(values.candidates),
    };
    const result = await engine.run(withEdits(spec, edits));
    console.log(values.json ? JSON.stringify(result, null, 2) : format.courseTable(result.rows));
    // on stderr, so that the table can be piped
    if (!values.json) console.error([...readings(sentence, mask, result), provenance(result)].join("\n"));
  } finally {
    await engine.dispose();
  }
});

type Amounts = { [Name in "factor" | "set" | "add"]?: string | undefined };
interface EditOptions extends Amounts {
  edit?: string[] | undefined;
  layer?: string | undefined;
  neuron?: string | undefined;
}

/** The edits that the options say, in their order. */
function toEdits({ edit, layer, neuron, ...amounts }: EditOptions): NeuronEdit[] {
  if (!edit)
    return [
      {
        layer: layer === undefined ? tutorial.layer : toNumber("--layer", layer),
        neuron: neuron === undefined ? tutorial.neuron : toNumber("--neuron", neuron),
        hook: hookOf(amounts),
      },
    ];
  const { factor, set, add } = amounts;
  const [other] =
    Object.entries({ layer, neuron, factor, set, add }).find(([, text]) => text !== undefined) ?? [];
  if (other)
    throw new ExportError(
      `--edit and --${other} exclude each other.`,
      "--edit 9.1094:scale:0.5 says it all.",
    );
  return edit.map((text) => {
    const read = readEdit(text);
    if (read) return read;
    throw new ExportError(
      `--edit ${text} is neither layer.neuron, as in 9.1094, nor layer.neuron:hook, as in 3.7:set:2.5.`,
      "See npm run experiment -- --help.",
    );
  });
}

function hookOf({ factor, set, add }: Amounts): Hook {
  const kinds = { factor: "scale", set: "set", add: "add" } as const;
  const given = Object.entries({ factor, set, add }).filter(([, text]) => text !== undefined);
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

/** What was understood otherwise than it was written: the gap, and words that are other tokens. */
function readings(sentence: string, mask: string, { rows }: ExperimentResult): string[] {
  const words = rows.flatMap(({ word, piece }) => (piece === undefined ? [] : `${word}: ${piece}`));
  return [
    ...(withOwnMask(sentence, mask) === sentence
      ? []
      : [`[MASK] is read as ${mask}, this model's name for it.`]),
    ...(words.length === 0 ? [] : [`The words' tokens here: ${words.join(", ")}`]),
  ];
}

function provenance({ experiment: { edits }, provenance: origin }: ExperimentResult): string {
  const several = edits.length > 1 ? `, edits ${edits.map(editText).join(", ")}` : "";
  const from = provenanceText({ ...origin, device: origin.device.name });
  return `${from}, ${format.duration(origin.timing.total)}${several}`;
}
