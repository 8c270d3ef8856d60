// One pass of a batch: padding changes no number, edits in several layers are TransformerLens's, large batches run in
// groups, and only what is asked for is computed.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { largestDifference } from "../../../model-export/check.ts";
import { ort, Runtime, wasm } from "../../../src/engine/node.ts";
import { type Batch, padded, rowsAtOnce } from "../../../src/engine/run/batch.ts";
import type { Edit } from "../../../src/engine/run/edits.ts";
import { Model } from "../../../src/engine/run/model.ts";
import { Pass } from "../../../src/engine/run/pass.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import { parseManifest } from "../../../src/model/manifest.ts";
import { batchModels, batchReference, expectBatches } from "../../helpers/batches.ts";
import { practice, reference, tiny } from "../../helpers/fixtures.ts";

/** @param withTail false: as models were exported that have no second way to the end */
async function openModel(name: string, withTail = true): Promise<Model> {
  const folder = join(inject("models"), name);
  const manifest = parseManifest(await readFile(join(folder, "manifest.json"), "utf8"));
  if (!withTail) manifest.splits = manifest.splits.map(({ tail: _, ...split }) => split);
  return new Model(manifest, {
    runtime: new Runtime(ort, wasm("")),
    read: async ({ file }) => Uint8Array.from(await readFile(join(folder, file))),
    check: async () => {},
    memory,
  });
}

const pointsOf = (edits: readonly Edit[]) => [...new Set(edits.map(({ point }) => point))];

describe.each(batchModels)("a padded batch on %s", (name) => {
  it("with edits in several layers is TransformerLens's", async () => {
    const model = await openModel(name);
    await expectBatches(batchReference(name), async (batch, edits, asked) => {
      const points = pointsOf(edits);
      const pass = await Pass.start(model, batch, points);
      let seen: Float32Array | undefined;
      for (const { name: point } of model.points.filter((each) => points.includes(each.name))) {
        expect(pass.point.name).toBe(point);
        seen = await pass.read();
        await pass.edit(edits.filter((edit) => edit.point === point));
        await pass.advance();
      }
      const logits = await pass.finish({ at: asked });
      pass.release();
      return { logits, seen };
    });
    await model.close();
  });
});

describe.each(tiny)("rows of a padded batch of %s", (name) => {
  it("are what they are alone, at every hook point and in every logit", async () => {
    const model = await openModel(name);
    const sentences = reference(name)
      .sentences.map(({ ids }) => ids)
      .filter(({ length }) => length <= model.manifest.model.positions);
    expect(new Set(sentences.map(({ length }) => length)).size).toBeGreaterThan(2);
    const points = model.points.map((point) => point.name);
    /** every activation on the way, then the logits of one row */
    const walk = async (batch: Batch, row: number, length: number) => {
      const pass = await Pass.start(model, batch, points);
      const values: Float32Array[] = [];
      for (const point of model.points) {
        expect(pass.point.name).toBe(point.name);
        const [, T, width] = pass.shape;
        values.push((await pass.read()).slice(row * T * width, (row * T + length) * width));
        await pass.advance();
      }
      values.push(await pass.finish({ at: Array.from({ length }, (_, at) => [row, at] as const) }));
      pass.release();
      return values;
    };
    const batch = padded(sentences, 0);
    for (const [row, ids] of sentences.entries()) {
      const alone = await walk({ ids: [ids] }, 0, ids.length);
      const together = await walk(batch, row, ids.length);
      for (const [i, values] of alone.entries())
        expect(largestDifference(together[i]!, values), points[i] ?? "logits").toBeLessThan(1e-5);
    }
    await model.close();
  });
});

describe.each([...tiny, practice])("the last layer of %s at asked tokens only", (name) => {
  const sentences = reference(name).sentences.map(({ ids }) => ids);

  it("gives the logits of the whole one: one sentence, a batch, a padded batch", async () => {
    const [model, whole] = [await openModel(name), await openModel(name, false)];
    const { layers, positions } = model.manifest.model;
    const short = sentences.filter(({ length }) => length <= positions);
    const batches: [Batch, [number, number][]][] = [
      [{ ids: [short[0]!] }, [[0, 4]]],
      // several of one sentence, one twice, none of another
      [
        { ids: Array.from({ length: 4 }, (_, i) => short[0]!.with(1, 30 + i)) },
        [
          [3, 1],
          [0, 2],
          [3, 0],
          [0, 2],
          [2, 5],
        ],
      ],
      [padded(short, 0), short.map(({ length }, row) => [row, length - 1])],
    ];
    for (const [batch, at] of batches)
      for (const layer of [undefined, 0, layers - 1]) {
        const point = layer === undefined ? [] : [`blocks.${layer}.mlp.hook_post`];
        const finish = async (from: Model) => {
          const pass = await Pass.start(from, batch, point);
          if (layer !== undefined)
            await pass.edit([{ point: point[0]!, indexes: [3, 5], operation: { kind: "add", value: 2 } }]);
          const answers = [await pass.finish({ at }), await pass.finish({ at, ids: [3, 1] })];
          pass.release();
          return answers;
        };
        const [expected, found] = [await finish(whole), await finish(model)];
        for (const [i, values] of found.entries())
          expect(largestDifference(values, expected[i]!), `layer ${layer}`).toBeLessThan(1e-5);
      }
    await whole.close();
    await model.close();
  });

  it("is not taken by a pass that stops in it, nor by one that asks for every token", async () => {
    const model = await openModel(name);
    const ran: string[] = [];
    const run = model.runtime.run.bind(model.runtime);
    model.runtime.run = async (session, feeds, fetches) => {
      if (session.inputNames.includes("asked_rows")) ran.push("tail");
      return run(session, feeds, fetches);
    };
    const { layers } = model.manifest.model;
    const ids = sentences[0]!;
    const finish = async (stops: string[], at: (readonly [number, number])[]) => {
      ran.length = 0;
      const pass = await Pass.start(model, { ids: [ids] }, stops);
      await pass.finish({ at });
      pass.release();
      return ran.length;
    };
    const [early, late] = [0, layers - 1].map((layer) => `blocks.${layer}.mlp.hook_post`) as [string, string];
    if (layers > 1) expect(await finish([early], [[0, 1]])).toBe(1);
    expect(await finish([late], [[0, 1]])).toBe(0);
    expect(await finish([early, late], [[0, 1]])).toBe(0);
    expect(
      await finish(
        [],
        ids.map((_, i) => [0, i] as const),
      ),
    ).toBe(0);
    await model.close();
  });
});

describe("a pass", () => {
  let model: Model;
  const post = (layer: number) => `blocks.${layer}.mlp.hook_post`;
  const { sentences } = reference("legacy");
  const [{ ids }] = sentences as [(typeof sentences)[0]];
  beforeAll(async () => {
    model = await openModel("legacy");
  });
  afterAll(() => model.close());

  /** do something on a pass, and free it */
  const on = async <T>(batch: Batch, stops: string[], task: (pass: Pass) => Promise<T>): Promise<T> => {
    const pass = await Pass.start(model, batch, stops);
    return task(pass).finally(() => pass.release());
  };

  it("of more rows than run at once is the same in groups, whatever is edited in which of them", async () => {
    const rows = rowsAtOnce(ids.length, model.manifest.model) + 3;
    const batch = { ids: Array.from({ length: rows }, (_, i) => ids.with(1, 30 + (i % 100))) };
    const last = rows - 1;
    const edit = {
      point: post(1),
      positions: [2],
      indexes: [5],
      operation: { kind: "set", value: 4 },
    } as const;
    const many = await on(batch, [post(1)], async (pass) => {
      const edited = await pass.edit([
        { ...edit, rows: [0, last] },
        { ...edit, rows: [last], operation: { kind: "scale", factor: 0.5 } },
      ]);
      expect(edited.map(({ after }) => after)).toEqual([4, 4, 2]);
      expect(edited[2]!.before).toBe(4);
      const values = await pass.read();
      expect(values[(2 + last * ids.length) * 128 + 5]).toBe(2);
      return pass.finish({
        at: [
          [0, 4],
          [last, 4],
          [7, 4],
        ],
      });
    });
    const width = many.length / 3;
    for (const [i, [row, value]] of (
      [
        [0, 4],
        [last, 2],
        [7, undefined],
      ] as const
    ).entries()) {
      const one = await on({ ids: [batch.ids[row]!] }, [post(1)], async (pass) => {
        if (value !== undefined) await pass.edit([{ ...edit, operation: { kind: "set", value } }]);
        return pass.finish({ at: [[0, 4]] });
      });
      expect(largestDifference(many.subarray(i * width, (i + 1) * width), one), `row ${row}`).toBeLessThan(
        1e-5,
      );
    }
  });

  it("leaves no trace of an edit for the next, which starts where it did", async () => {
    const clean = await on({ ids: [ids] }, [post(1)], (pass) => pass.finish({ at: [[0, 4]] }));
    for (const indexes of [[3], undefined])
      await on({ ids: [ids] }, [post(1)], async (pass) => {
        expect(pass.reused).toBe(true);
        await pass.edit([{ point: post(1), indexes, operation: { kind: "add", value: 3 } }]);
        expect(largestDifference(await pass.finish({ at: [[0, 4]] }), clean)).toBeGreaterThan(1e-3);
      });
    expect(await on({ ids: [ids] }, [post(1)], (pass) => pass.finish({ at: [[0, 4]] }))).toEqual(clean);
    await on({ ids: [ids.with(2, 40)] }, [post(1)], async (pass) => expect(pass.reused).toBe(false));
  });

  it("gives log-probabilities of chosen ids alone, of chosen tokens alone", async () => {
    const asked = [
      [0, 4],
      [0, 1],
    ] as const;
    const chosen = [5, 69, 71];
    const logits = await on({ ids: [ids] }, [], (pass) => pass.finish({ at: asked }));
    const found = await on({ ids: [ids] }, [], (pass) => pass.finish({ at: asked, ids: chosen }));
    expect(found).toHaveLength(6);
    const width = logits.length / 2;
    for (const [i, value] of found.entries()) {
      const row = logits.subarray(Math.floor(i / 3) * width, (Math.floor(i / 3) + 1) * width);
      const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
      expect(value).toBeCloseTo(row[chosen[i % 3]!]! - Math.log(sum), 4);
    }
  });

  it.each<[what: string, edit: Partial<Edit>, error: string]>([
    ["a sentence that is not there", { rows: [1] }, "There is no sentence 1 in a batch of 1."],
    ["a position behind the end", { positions: [8] }, "There is no position 8 in a sentence of 8."],
    ["a neuron it lacks", { indexes: [128] }, "There is no index 128 in blocks.1.mlp.hook_post of 128."],
    ["no number", { operation: { kind: "add", value: Number.NaN } }, "NaN cannot be used to add"],
    [
      "too few values",
      { indexes: [1, 2], operation: { kind: "replace", values: [1] } },
      "1 values are given where 2",
    ],
    [
      "values that are none",
      { indexes: [1], operation: { kind: "replace", values: [Infinity] } },
      "Infinity cannot stand",
    ],
  ])("refuses %s", async (_, edit, error) => {
    await on({ ids: [ids] }, [post(1)], async (pass) => {
      const whole = { point: post(1), operation: { kind: "suppress" }, ...edit } as Edit;
      await expect(pass.edit([whole])).rejects.toThrowError(error);
    });
  });

  it("refuses tokens and ids that are not there, and a batch that no memory holds", async () => {
    await on({ ids: [ids] }, [], async (pass) => {
      await expect(pass.finish({ at: [[0, 8]] })).rejects.toThrowError(
        "There is no position 8 of sentence 0",
      );
      await expect(pass.finish({ at: [[0, 1]], ids: [999] })).rejects.toThrowError("legacy has no token 999");
    });
    const huge = { ids: Array<number[]>(40_000).fill(Array<number>(50).fill(1)) };
    await expect(on(huge, [], async () => {})).rejects.toMatchObject({
      code: "batch-size",
      message: expect.stringContaining("take 1221 MB"),
      hint: "Split them into batches of at most 33554.",
    });
  });
});
