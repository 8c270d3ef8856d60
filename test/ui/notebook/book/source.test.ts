// An experiment as Python and back, and the models that Python code names.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ExperimentSpec, tutorial } from "../../../../src/model/index.ts";
import { newCell, parseNotebook } from "../../../../src/storage/index.ts";
import { sameSpec } from "../../../../src/ui/experiment/spec.ts";
import { hasExperiment, lastForm, withExperiment } from "../../../../src/ui/notebook/book/cells.ts";
import { experimentIn, fromPython, toPython } from "../../../../src/ui/notebook/book/experiment-source.ts";
import { findModel, mentioned, noSuchModel } from "../../../../src/ui/notebook/run/models.ts";
import { entry } from "../../experiment/helpers.ts";

const isOurs = (source: string) => fromPython(source) !== undefined;

const specs: [string, ExperimentSpec][] = [
  ["the course's", tutorial],
  ["doubled", { ...tutorial, hook: { kind: "enhance" } }],
  ["scaled", { ...tutorial, hook: { kind: "scale", factor: -0.5 } }],
  ["scaled by what doubling does", { ...tutorial, hook: { kind: "scale", factor: 2 } }],
  ["set", { ...tutorial, hook: { kind: "set", value: 1e-7 } }],
  ["increased", { ...tutorial, hook: { kind: "add", value: -2.5 } }],
  ["set to zero", { ...tutorial, hook: { kind: "set", value: 0 } }],
  [
    "several, two of one neuron and two that do the same",
    {
      ...tutorial,
      more: [
        { layer: 3, neuron: 7, hook: { kind: "scale", factor: 2 } },
        { layer: 9, neuron: 1094, hook: { kind: "add", value: 1e-7 } },
        { layer: 3, neuron: 7, hook: { kind: "enhance" } },
        { layer: 3, neuron: 7 },
      ],
    },
  ],
  ["a second mask", { ...tutorial, sentence: "[MASK] is [MASK].", mask: 1 }],
  [
    "quotes and lines",
    { ...tutorial, sentence: 'Say "it\\n" [MASK]\nü 🙂 \u2028', candidates: ['"', "'", "\\"] },
  ],
];

describe("an experiment as Python", () => {
  test.each(specs)("%s comes back as it was", (_, spec) => {
    const source = toPython(spec, "tiny");
    const back = fromPython(source)!;
    expect(back.model).toBe("tiny");
    expect(sameSpec(back, spec)).toBe(true);
    expect(isOurs(source)).toBe(true);
  });

  test("any edit beyond its values makes it a program of its own", () => {
    const source = toPython(tutorial, "tiny");
    expect(isOurs(`${source}\nprint(1)`)).toBe(false);
    expect(isOurs(source.replace("= 0.0", "= 0.1"))).toBe(false);
    expect(isOurs(source.replace("softmax(0)", "softmax(-1)"))).toBe(false);
    expect(isOurs("print(1)")).toBe(false);
    // a value is read
    expect(fromPython(source.replace("9, 1094", "8, 3"))).toMatchObject({ layer: 8, neuron: 3 });
  });

  test("several edits are one experiment as they were written, and a program of its own otherwise", () => {
    const more = [
      { layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } },
      { layer: 9, neuron: 5, hook: { kind: "suppress" } },
    ] as const;
    const source = toPython({ ...tutorial, more }, "tiny");
    expect(source).toContain("    layers = [9, 3]\n");
    expect(fromPython(source)).toMatchObject({ layer: 9, neuron: 1094, more });
    // values are read
    expect(fromPython(source.replace("= 2.5", "*= -1"))!.more![0]!.hook).toEqual({
      kind: "scale",
      factor: -1,
    });
    // a layer without its hook, an edit in another layer than its own, one more statement
    expect(isOurs(source.replace("[9, 3]", "[9]"))).toBe(false);
    expect(isOurs(source.replace("hook.layer() == 3", "hook.layer() == 4"))).toBe(false);
    expect(isOurs(source.replace("        return x", "        x *= 2\n        return x"))).toBe(false);
    const many = { ...tutorial, more: Array(64).fill(more[0]) };
    expect(isOurs(toPython(many, "tiny"))).toBe(false);
  });

  test("strings are Python's: nothing of a sentence becomes code", () => {
    const source = toPython({ ...tutorial, sentence: '"; import os #\n[MASK]' }, "tiny");
    expect(source.split("\n").find((line) => line.startsWith("    sentence"))).toBe(
      '    sentence = "\\"; import os #\\n[MASK]"',
    );
  });

  test("its names do not take the place of the notebook's", () => {
    const code = toPython(tutorial, "tiny").split("\n").slice(1);
    const outside = code.filter((line) => /^[^ ]/.test(line) && !/^(import|from) /.test(line));
    expect(outside).toEqual(["def experiment():", "experiment()"]);
  });

  test("a cell is an experiment while its metadata mark it and its text is one", () => {
    const source = toPython(tutorial, "tiny");
    const cell = newCell("code", source, withExperiment({ kept: 1 }, tutorial));
    expect(experimentIn(cell)).toMatchObject({ layer: 9, neuron: 1094, model: "tiny" });
    expect(experimentIn({ ...cell, source: "print(1)" })).toBeUndefined();
    expect(experimentIn({ ...cell, metadata: {} })).toBeUndefined();
    // the mark may say something else, or nothing that can be read: the text is what runs
    for (const experiment of [{ ...tutorial, neuron: 7 }, {}])
      expect(
        experimentIn({ ...cell, metadata: { neuron_notebook: { experiment: experiment as never } } }),
      ).toMatchObject({ neuron: 1094 });
    expect(withExperiment(cell.metadata, undefined)).toEqual({ kept: 1 });
    const more = [{ layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } }] as const;
    const several = newCell("code", "", withExperiment({}, { ...tutorial, more }));
    expect(sameSpec(lastForm(several)!, { ...tutorial, more })).toBe(true);
    const bare = { ...tutorial, more: [{ layer: 3, neuron: 7 }] };
    expect(lastForm(newCell("code", "", withExperiment({}, bare)))!.more).toEqual([
      { layer: 3, neuron: 7, hook: { kind: "suppress" } },
    ]);
    // what one neuron's metadata have always been
    expect(lastForm(cell)).toStrictEqual({ ...tutorial });
  });

  test.each([
    [{}],
    [{ sentence: "x", layer: -1, neuron: 0, candidates: [] }],
    [{ sentence: "x", layer: 0, neuron: 0, candidates: [1] }],
    [{ sentence: 1, layer: 0, neuron: 0, candidates: [] }],
    [{ sentence: "x", layer: 0, neuron: 0, candidates: [], more: 1 }],
    [{ sentence: "x", layer: 0, neuron: 0, candidates: [], more: [null] }],
    [{ sentence: "x", layer: 0, neuron: 0, candidates: [], more: [{ layer: 0, neuron: -1 }] }],
    [{ sentence: "x", layer: 0, neuron: 0, candidates: [], more: Array(64).fill({ layer: 0, neuron: 0 }) }],
    [{ sentence: "x", layer: 0, neuron: 0, candidates: [], hook: { kind: "erase" } }],
  ])("metadata from anywhere that is none is no form to go back to: %j", (experiment) => {
    expect(lastForm(newCell("code", "", { neuron_notebook: { experiment } }))).toBeUndefined();
  });

  test("the built-in notebooks' experiments are ours", () => {
    const files = readdirSync("notebooks").filter((file) => file.endsWith(".ipynb"));
    const cells = files.flatMap((file) => parseNotebook(readFileSync(`notebooks/${file}`, "utf8")).cells);
    const experiments = cells.filter(hasExperiment);
    expect(experiments.length).toBeGreaterThan(0);
    for (const cell of experiments) {
      const read = fromPython(cell.source)!;
      expect(read, cell.id).toBeDefined();
      expect(sameSpec(read, lastForm(cell)!), cell.id).toBe(true);
    }
  });
});

describe("models by name", () => {
  const bert = { ...entry, name: "bert-base-cased", repo: "google-bert/bert-base-cased", title: "BERT" };
  const models = [entry, bert];

  test.each([
    ["tiny", entry],
    ["bert-base-cased", bert],
    ["google-bert/bert-base-cased", bert],
    ["someone/bert-base-cased", undefined],
    ["bert-large-cased", undefined],
  ])("%s", (name, found) => {
    expect(findModel(models, name)).toBe(found);
  });

  test("a model called so goes before one that was opened from a folder called so, wherever they stand", () => {
    const opened = { ...entry, name: "mine", repo: "bert-base-cased" };
    for (const all of [
      [opened, bert],
      [bert, opened],
    ])
      expect(findModel(all, "bert-base-cased")).toBe(bert);
    const owned = { ...bert, name: "google-bert/bert-base-cased" };
    expect(findModel([owned, opened], "bert-base-cased")).toBe(opened);
  });

  test("of one model in several encodings each has its name, and the checkpoint's own name is the first one's", () => {
    const repo = "google-bert/bert-base-cased";
    const encoded = [bert, ...["fp16", "int8"].map((each) => ({ ...bert, name: `${bert.name}-${each}` }))];
    const all = encoded.map((model) => ({ ...model, repo }));
    expect(findModel(all, "bert-base-cased-int8")).toBe(all[2]);
    expect(findModel(all, "bert-base-cased")).toBe(all[0]);
    expect(findModel(all, repo)).toBe(all[0]);
    expect(findModel(all.slice(2), "bert-base-cased"), "the only one there is").toBe(all[2]);
  });

  test("those a program names in a string are seen before it runs", () => {
    const sources = ["name = 'bert-base-cased'\nfrom_pretrained(name)", 'x = "tiny"; y = "tiny"', "z = tiny"];
    expect(mentioned(models, sources)).toEqual([bert, entry]);
    expect(mentioned(models, ["z = tiny"])).toEqual([]);
  });

  test("a refusal says which there are", () => {
    expect(noSuchModel(models, "gpt2").message).toBe(
      'This site has no model called "gpt2"; it has "tiny", "bert-base-cased".',
    );
  });
});
