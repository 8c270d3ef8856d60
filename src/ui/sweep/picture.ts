// The map as a picture to take away: title, map as it is seen, legend, and where the numbers come from. Pure.

import { heightOf, type Ink, layoutOf, legendShapes, mapShapes, type Shape } from "./map-scene.ts";
import { type MapView, marksOf } from "./map-view.ts";
import { markTexts } from "./mark-texts.ts";
import type { SweepGrid } from "./sweep-grid.ts";

export interface Picture {
  shapes: Shape[];
  /** px */
  width: number;
  height: number;
  title: string;
}

/** what stands in a picture besides the numbers */
export interface PictureText {
  /** one or two lines: what is seen, of which sentence */
  title: readonly string[];
  /** where it comes from: model, revision, device, and how much of it there is */
  notes: readonly string[];
  /** an effect as the legend says it */
  effect(value: number): string;
}

/** px: as wide as a page of a paper at a usual resolution */
const width = 960;

export function pictureOf(grid: SweepGrid, view: MapView, text: PictureText): Picture {
  const margin = 24;
  const inner = width - 2 * margin;
  const shapes: Shape[] = [];
  let y = margin;
  /** Text over as many lines as it takes. */
  const write = (text: string, x: number, size: number, ink: Ink) => {
    for (const line of wrapped(text, (width - margin - x) / (size * perSize))) {
      y += size + 2;
      shapes.push({ kind: "text", x, y, text: line, ink, size, anchor: "start" });
      y += 3;
    }
  };
  const [title = "", ...more] = text.title;
  write(title, margin, 15, "text");
  for (const line of more) write(line, margin, 12, "muted");
  y += 14;
  const layout = layoutOf(grid, inner);
  const bars = grid.layers.length === 1;
  shapes.push(
    ...mapShapes(grid, view, layout, { bars, text: text.effect }).map((shape) => ({
      ...shape,
      x: shape.x + margin,
      y: shape.y + y,
    })),
  );
  y += heightOf(grid, layout) + 14;
  const { each } = marksOf(view, layout.width);
  if (!bars) {
    shapes.push(...legendShapes(grid, { x: margin + layout.left, y, width: 320 }, text.effect));
    y += 34;
  }
  for (const line of [...markTexts(grid, each), ...text.notes])
    write(line, margin + layout.left, 11, "muted");
  return { shapes, width, height: Math.ceil(y + margin), title: text.title.join(". ") };
}

/** a letter's mean width in the fonts of a page, as a share of their size, with some room */
const perSize = 0.58;

/** A text in lines of at most so many characters, broken at spaces, and where there is none in time, anywhere. */
export function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const space = rest.lastIndexOf(" ", most);
    const end = space > 0 ? space : Math.floor(most);
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trim();
  }
  return [...lines, rest];
}
