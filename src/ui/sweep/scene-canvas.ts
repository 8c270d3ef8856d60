// Paints a list of shapes on a canvas.

import type { Shape } from "./map-scene.ts";
import type { Theme } from "./scene-svg.ts";

/** @param font family of the texts */
export function paint(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  theme: Theme,
  font: string,
): void {
  for (const shape of shapes) {
    switch (shape.kind) {
      case "rect":
        context.globalAlpha = shape.opacity;
        context.fillStyle = theme[shape.ink];
        context.fillRect(shape.x, shape.y, shape.w, shape.h);
        break;
      case "ring":
        context.globalAlpha = 1;
        context.strokeStyle = theme[shape.ink];
        context.lineWidth = 2;
        context.strokeRect(shape.x, shape.y, shape.w, shape.h);
        break;
      case "text":
        context.globalAlpha = 1;
        context.fillStyle = theme[shape.ink];
        context.font = `${shape.size}px ${font}`;
        context.textAlign = shape.anchor === "middle" ? "center" : shape.anchor;
        context.fillText(shape.text, shape.x, shape.y);
        break;
      default:
        shape satisfies never;
    }
  }
  context.globalAlpha = 1;
}
