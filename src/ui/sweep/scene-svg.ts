// A list of shapes as an SVG file. Pure.

import type { Ink, Shape } from "./map-scene.ts";

export type Theme = Readonly<Record<Ink, string>>;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

/** at most two decimals: a hundredth of a px */
const short = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * @param title what the picture is, for readers of the file and screen readers
 */
export function toSvg(
  shapes: readonly Shape[],
  { width, height, title }: { width: number; height: number; title: string },
  theme: Theme,
): string {
  const lines = shapes.map((shape) => {
    const [x, y] = [short(shape.x), short(shape.y)];
    const ink = theme[shape.ink];
    switch (shape.kind) {
      case "rect": {
        const opacity = shape.opacity < 1 ? ` fill-opacity="${Math.round(shape.opacity * 1000) / 1000}"` : "";
        return `<rect x="${x}" y="${y}" width="${short(shape.w)}" height="${short(shape.h)}" fill="${ink}"${opacity}/>`;
      }
      case "ring":
        return `<rect x="${x}" y="${y}" width="${short(shape.w)}" height="${short(shape.h)}" fill="none" stroke="${ink}" stroke-width="2"/>`;
      case "text":
        return `<text x="${x}" y="${y}" font-size="${shape.size}" text-anchor="${shape.anchor}" fill="${ink}">${escaped(shape.text)}</text>`;
      default:
        return shape satisfies never;
    }
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" shape-rendering="crispEdges">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${theme.page}"/>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}
