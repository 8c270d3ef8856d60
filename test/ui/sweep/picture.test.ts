// The map as shapes: which marks there are, how strong, and the picture that is taken away.

import { expect, test } from "vitest";
import {
  layoutOf,
  legendShapes,
  mapShapes,
  neuronAt,
  type Shape,
  strength,
} from "../../../src/ui/sweep/map-scene.ts";
import { wholeView } from "../../../src/ui/sweep/map-view.ts";
import { markTexts } from "../../../src/ui/sweep/mark-texts.ts";
import { pictureOf, wrapped } from "../../../src/ui/sweep/picture.ts";
import { pictureText } from "../../../src/ui/sweep/run-text.ts";
import { type Theme, toSvg } from "../../../src/ui/sweep/scene-svg.ts";
import { recordOf, runOf } from "./helpers.ts";

const theme: Theme = { up: "#1", down: "#2", text: "#3", muted: "#4", line: "#5", tint: "#6", page: "#7" };
const look = (bars: boolean) => ({ bars, text: String });
const marksIn = (shapes: readonly Shape[]) =>
  shapes.flatMap((shape) =>
    shape.kind === "rect" && (shape.ink === "up" || shape.ink === "down") ? [shape] : [],
  );

test("a mark's colour is the sign, its strength the cube root of the share of the largest", () => {
  const { grid } = runOf([recordOf(3, 0, -8), recordOf(9, 9, 1), recordOf(9, 2, 0)]);
  const layout = layoutOf(grid!, 400);
  const [negative, positive, ...more] = marksIn(mapShapes(grid!, wholeView(10), layout, look(false)));
  expect(more).toEqual([]);
  expect(negative).toMatchObject({ ink: "down", opacity: 1, x: layout.left, y: layout.top, h: layout.row });
  expect(positive).toMatchObject({ ink: "up", opacity: 0.5, y: layout.top + layout.row + layout.gap });
  expect(positive!.x).toBe(Math.round(layout.left + (9 * layout.width) / 10));
  expect(strength(0, 0)).toBe(0);
});

test("an estimate is half as high as an exact mark", () => {
  const { grid } = runOf([recordOf(3, 0, -4, true), recordOf(9, 0, -4)]);
  const [estimate, exact] = marksIn(mapShapes(grid!, wholeView(10), layoutOf(grid!, 400), look(false)));
  expect(exact!.h / estimate!.h).toBe(2);
});

test("a map of bars has lengths in proportion, from the middle", () => {
  const { grid } = runOf([recordOf(3, 0, -4), recordOf(3, 1, 2)]);
  const layout = layoutOf(grid!, 400);
  const [down, up] = marksIn(mapShapes(grid!, wholeView(10), layout, look(true)));
  expect(down!.h / up!.h).toBe(2);
  expect(down!.y).toBe(layout.top + layout.row / 2);
  expect(up!.y + up!.h).toBe(layout.top + layout.row / 2);
});

test("where a mark is drawn, its strongest neuron is found, and outside of the map none", () => {
  const { grid } = runOf([recordOf(3, 0, -4), recordOf(9, 7, 2)]);
  const layout = layoutOf(grid!, 400);
  const [, second] = marksIn(mapShapes(grid!, wholeView(10), layout, look(false)));
  const at = (x: number, y: number) => neuronAt(grid!, wholeView(10), layout, x, y);
  expect(at(second!.x + 1, second!.y + 1)).toMatchObject({ layer: 9, neuron: 7, effect: 2 });
  expect(at(layout.left + layout.width - 1, layout.top)).toEqual({ layer: 3, neuron: 9 });
  expect(at(layout.left - 1, layout.top)).toBeUndefined();
  expect(at(layout.left + layout.width, layout.top)).toBeUndefined();
  expect(at(layout.left, layout.top - 1)).toBeUndefined();
  expect(at(layout.left, layout.top + 2 * (layout.row + layout.gap))).toBeUndefined();
});

test("zero is in the middle of the legend, and both ends are labelled", () => {
  const shapes = legendShapes({ largest: 8 }, { x: 10, y: 0, width: 200 }, String);
  const texts = shapes.flatMap((shape) => (shape.kind === "text" ? [[shape.text, shape.x]] : []));
  expect(texts).toEqual([
    ["-8", 10],
    ["-1", 60],
    ["0", 110],
    ["1", 160],
    ["8", 210],
  ]);
});

test("the picture has title, sentence, model, revision and how to read it, and is well-formed", () => {
  const run = runOf([recordOf(3, 0, -4), recordOf(9, 1, 1, true)], {
    spec: { ...runOf([]).spec, sentence: `He said "a < b" & [MASK]. ${"It is long. ".repeat(40)}` },
  });
  const picture = pictureOf(run.grid!, wholeView(10), pictureText(run));
  const text = toSvg(picture.shapes, picture, theme);
  expect(text).toContain("<title>The log-odds of these, those against this, that");
  expect(text).toContain("He said &quot;a &lt; b&quot; &amp; [MASK].");
  for (const part of ["tiny · revision 0123456", "1 of 20 neurons computed exactly, 1 estimated"])
    expect(text).toContain(part);
  expect(text).toContain("Marks of half height are estimates");
  expect(text).toContain("Grey parts were not computed.");
  expect(text).not.toContain("undefined");
  expect(text).not.toContain("NaN");
  // every shape lies in the picture
  for (const shape of picture.shapes) {
    expect(shape.x).toBeGreaterThanOrEqual(0);
    expect(shape.y).toBeLessThanOrEqual(picture.height);
    if (shape.kind === "rect") expect(shape.x + shape.w).toBeLessThanOrEqual(picture.width);
    // a letter is about half as wide as its size
    if (shape.kind === "text" && shape.anchor === "start")
      expect(shape.x + shape.text.length * shape.size * 0.55).toBeLessThanOrEqual(picture.width);
  }
});

test("how many neurons a mark stands for is said", () => {
  const { grid } = runOf([recordOf(3, 0, 1)]);
  expect(markTexts(grid!, 6)[1]).toBe("Each mark shows the strongest of 6 neurons side by side.");
  expect(markTexts(grid!, 1)[1]).toBe("Each mark is a neuron.");
});

test("lines are broken at spaces, or anywhere where there are none", () => {
  expect(wrapped("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrapped("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrapped("", 4)).toEqual([""]);
});
