// The map as shapes: what a canvas paints and what an SVG file holds are the same list. Layers are rows, neurons columns;
// colour says the sign of the strongest effect under a mark, its strength the size, on a cube-root scale, since effects
// of neurons span orders of magnitude. Pure.

import { columnsAt, type MapView, marksOf, ticks } from "./map-view.ts";
import type { Neuron, SweepGrid } from "./sweep-grid.ts";

/** what a shape is painted with; a theme says which colour that is */
export type Ink = "up" | "down" | "text" | "muted" | "line" | "tint" | "page";

export type Shape =
  | { kind: "rect"; x: number; y: number; w: number; h: number; ink: Ink; opacity: number }
  /** an outline, 2 px wide */
  | { kind: "ring"; x: number; y: number; w: number; h: number; ink: Ink }
  | {
      kind: "text";
      x: number;
      y: number;
      text: string;
      ink: Ink;
      size: number;
      anchor: "start" | "middle" | "end";
    };

/** px: where the rows of a map lie */
export interface MapLayout {
  left: number;
  top: number;
  /** of the marks, without the names of the layers */
  width: number;
  row: number;
  gap: number;
}

/** the room of an axis below the rows */
export const axisHeight = 22;

/** The layout of a map so many px wide; a map of one layer is a chart of bars, which needs height. */
export function layoutOf(grid: SweepGrid, width: number): MapLayout {
  const single = grid.layers.length === 1;
  // names of layers are short; one layer has the values of its bars there
  const left = single ? 60 : 34;
  return { left, top: 2, width: Math.max(40, width - left - 2), row: single ? 140 : 22, gap: single ? 0 : 2 };
}

export const heightOf = (grid: SweepGrid, { top, row, gap }: MapLayout): number =>
  top + grid.layers.length * (row + gap) + axisHeight;

/** How strong a colour is for an effect: 0 to 1, the cube root of its share of the largest. */
export const strength = (effect: number, largest: number): number =>
  largest > 0 ? Math.cbrt(Math.min(1, Math.abs(effect) / largest)) : 0;

/** the share of a row's height that an estimate takes in a map of colours; what is exact takes all of it */
const estimateHeight = 0.5;

/** smallest strength that is drawn: an eighth of what 8 bits of colour can show */
const faintest = 1 / 255;

/** how the marks of a map are drawn */
export interface MapLook {
  /**
   * bars from each row's middle, up and down, instead of colours: for one layer, and where a reader's own colours leave no
   * shades
   */
  bars: boolean;
  /** An effect as the axis says it. */
  text(effect: number): string;
}

/** Everything inside the frame of the map: marks, names of layers, axis of neurons. */
export function mapShapes(
  grid: SweepGrid,
  view: MapView,
  layout: MapLayout,
  { bars, text }: MapLook,
): Shape[] {
  const { left, top, width, row, gap } = layout;
  const shapes: Shape[] = [];
  const marks = marksOf(view, width);
  const seams = marks.width >= 6 ? 1 : 0;
  const height = grid.layers.length * (row + gap) - gap;
  shapes.push({ kind: "rect", x: left, y: top, w: width, h: height, ink: "tint", opacity: 1 });
  for (const [i, layer] of grid.layers.entries()) {
    const y = top + i * (row + gap);
    const label = (text: string, below: number) =>
      shapes.push({ kind: "text", x: left - 6, y: y + below, text, ink: "muted", size: 11, anchor: "end" });
    if (grid.layers.length > 1) label(`L${layer}`, row / 2 + 4);
    else for (const end of [1, 0, -1]) label(text(end * grid.largest), (row * (1 - end)) / 2 + 4 + 5 * end);
    for (let mark = 0; mark < marks.count; mark++) {
      const from = view.from + mark * marks.each;
      const record = grid.strongest(i, from, Math.min(from + marks.each, view.from + view.count));
      if (!record) continue;
      // whole pixels: neighbours would shine through at their edges
      const x = Math.round(left + mark * marks.width);
      const w = Math.round(left + Math.min((mark + 1) * marks.width, width)) - x - seams;
      const draw = bars ? bar : tile;
      shapes.push(...draw(record, grid.largest, { x, y, w, row }));
    }
    if (bars)
      shapes.push({
        kind: "rect",
        x: left,
        y: y + row / 2 - 0.5,
        w: width,
        h: 1,
        ink: "muted",
        opacity: 0.5,
      });
  }
  return [...shapes, ...axis(grid, view, layout)];
}

interface Room {
  x: number;
  y: number;
  w: number;
  row: number;
}

type Effect = { effect: number; exact: boolean };

function tile({ effect, exact }: Effect, largest: number, { x, y, w, row }: Room): Shape[] {
  const h = exact ? row : row * estimateHeight;
  const at = { x, y: y + (row - h) / 2, w, h };
  const opacity = strength(effect, largest);
  const ground: Shape = { kind: "rect", ...at, ink: "page", opacity: 1 };
  return opacity < faintest
    ? [ground]
    : [ground, { kind: "rect", ...at, ink: effect > 0 ? "up" : "down", opacity }];
}

/** from the middle, linear: a length means what it says. An estimate is paler. */
function bar({ effect, exact }: Effect, largest: number, { x, y, w, row }: Room): Shape[] {
  const ground: Shape = { kind: "rect", x, y, w, h: row, ink: "page", opacity: 1 };
  if (effect === 0 || largest === 0) return [ground];
  const h = Math.max(1, (Math.min(1, Math.abs(effect) / largest) * row) / 2);
  const up = effect > 0;
  const at = { x, y: y + row / 2 - (up ? h : 0), w, h };
  return [ground, { kind: "rect", ...at, ink: up ? "up" : "down", opacity: exact ? 1 : 0.5 }];
}

function axis(grid: SweepGrid, view: MapView, { left, top, width, row, gap }: MapLayout): Shape[] {
  const y = top + grid.layers.length * (row + gap);
  const [first, last] = [grid.neurons[view.from]!, grid.neurons[view.from + view.count - 1]!];
  return ticks(first, last, width / 90).flatMap((neuron): Shape[] => {
    const x = left + (width * (neuron - first)) / Math.max(1, last - first + 1);
    const anchor = x < left + 16 ? "start" : x > left + width - 16 ? "end" : "middle";
    return [
      { kind: "rect", x, y: y + 1, w: 1, h: 4, ink: "muted", opacity: 1 },
      { kind: "text", x, y: y + 17, text: String(neuron), ink: "muted", size: 11, anchor },
    ];
  });
}

/** An outline round the mark of a neuron, on a map of one layer round its whole height; none where it is not seen. */
export function ringShapes(
  grid: SweepGrid,
  view: MapView,
  layout: MapLayout,
  place: Neuron,
  ink: Ink,
): Shape[] {
  const [row, column] = [grid.layers.indexOf(place.layer), grid.neurons.indexOf(place.neuron)];
  if (row < 0 || column < view.from || column >= view.from + view.count) return [];
  const marks = marksOf(view, layout.width);
  const x = layout.left + Math.floor((column - view.from) / marks.each) * marks.width;
  const w = Math.max(marks.width, 5);
  const at = {
    x: x - (w - marks.width) / 2,
    y: layout.top + row * (layout.row + layout.gap),
    w,
    h: layout.row,
  };
  return [{ kind: "ring", ...at, ink }];
}

/** The strongest neuron of the mark at a point of the map, or its first where none is known; undefined outside of the marks. */
export function neuronAt(
  grid: SweepGrid,
  view: MapView,
  { left, top, width, row, gap }: MapLayout,
  x: number,
  y: number,
): Neuron | undefined {
  const i = Math.floor((y - top) / (row + gap));
  const layer = grid.layers[i];
  if (layer === undefined || x < left || x >= left + width) return undefined;
  const [from, to] = columnsAt(view, width, x - left);
  return grid.strongest(i, from, to) ?? { layer, neuron: grid.neurons[from]! };
}

/** where a legend has a tick, as shares of the largest effect: at full strength, at half of it, and at none */
const legendStops = [-1, -1 / 8, 0, 1 / 8, 1];

/** The legend of the colours: a strip from the most negative effect to the most positive, zero in the middle. */
export function legendShapes(
  { largest }: { largest: number },
  { x, y, width }: { x: number; y: number; width: number },
  text: (effect: number) => string,
): Shape[] {
  const steps = Math.floor(width);
  const h = 10;
  const shapes: Shape[] = [{ kind: "rect", x, y, w: width, h, ink: "page", opacity: 1 }];
  for (let i = 0; i < steps; i++) {
    // the strip is linear in strength, so that its labels stand apart; that is the cube root of the effect
    const share = (2 * (i + 0.5)) / steps - 1;
    shapes.push({
      kind: "rect",
      x: x + i,
      y,
      w: 1,
      h,
      ink: share > 0 ? "up" : "down",
      opacity: Math.abs(share),
    });
  }
  for (const stop of legendStops) {
    const at = x + (width * (1 + Math.cbrt(stop))) / 2;
    const anchor = stop === -1 ? "start" : stop === 1 ? "end" : "middle";
    shapes.push({
      kind: "rect",
      x: Math.min(at, x + width - 1),
      y: y + h,
      w: 1,
      h: 4,
      ink: "muted",
      opacity: 1,
    });
    shapes.push({
      kind: "text",
      x: at,
      y: y + h + 15,
      text: text(stop * largest),
      ink: "muted",
      size: 11,
      anchor,
    });
  }
  return shapes;
}
