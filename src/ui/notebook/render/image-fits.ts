import type { Meter } from "./budget.ts";
import { imageCost } from "./image-cost.ts";

/** May an image that comes with the notebook be drawn? */
export function fits(address: string, meter: Meter): boolean {
  if (!meter.take("images")) return false;
  if (meter.left("pixels") === Number.POSITIVE_INFINITY) return true;
  const { pixels, elements } = imageCost(address);
  return meter.take("pixels", pixels) && meter.fits("svg", elements);
}
