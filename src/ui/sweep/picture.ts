// The map as a picture to take away: title, map as it is seen, legend, and where the numbers come from. Pure.

import { heightOf, layoutOf, legendShapes, mapShapes, type Shape } from "./map-scene.ts";
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
  for (const [i, line] of text.title.entries()) {
    y += i === 0 ? 14 : 18;
    shapes.push({
      kind: "text",
      x: margin,
      y,
      text: line,
      ink: i === 0 ? "text" : "muted",
      size: i === 0 ? 15 : 12,
      anchor: "start",
    });
  }
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
    y += 40;
  }
  for (const line of [...markTexts(grid, each), ...text.notes]) {
    shapes.push({
      kind: "text",
      x: margin + layout.left,
      y,
      text: line,
      ink: "muted",
      size: 11,
      anchor: "start",
    });
    y += 16;
  }
  return { shapes, width, height: Math.ceil(y + margin - 12), title: text.title.join(". ") };
}
