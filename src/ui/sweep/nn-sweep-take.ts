import { css, html, LitElement } from "lit";
import { csvOf, jsonOf, rowsOf } from "../../model/sweep/index.ts";
import { define } from "../kit/define.ts";
import { saveFile } from "../kit/save-file.ts";
import { base, controls } from "../kit/styles.ts";
import type { MapView } from "./map-view.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { pictureText, resultOf, runName } from "./run-text.ts";
import { paint } from "./scene-canvas.ts";
import { toSvg } from "./scene-svg.ts";
import type { SweepRun } from "./sweep-state.ts";
import { inkStyles, inkTemplate, themeIn } from "./theme.ts";

/**
 * Everything of a sweep to take away: its numbers as CSV and JSON, its map as it is seen as PNG and SVG.
 * @csspart button - the buttons
 */
export class NnSweepTake extends LitElement {
  static override properties = { run: { attribute: false }, view: { attribute: false } };
  static override styles = [
    base,
    controls,
    inkStyles,
    css`
      .row {
        gap: 8px;
      }
    `,
  ];

  declare run: SweepRun | undefined;
  /** Which part of the map is seen, asked when it is saved. */
  declare view: (() => MapView) | undefined;

  override render() {
    return html`
      ${inkTemplate}
      <div class="row" role="group" aria-label="Save this sweep">
        <span class="quiet">Save</span>
        <button part="button" type="button" @click=${this.#csv}>CSV</button>
        <button part="button" type="button" @click=${this.#json}>JSON</button>
        <button part="button" type="button" @click=${this.#png}>Map as PNG</button>
        <button part="button" type="button" @click=${this.#svg}>Map as SVG</button>
      </div>
    `;
  }

  #csv() {
    const result = resultOf(this.run);
    if (result) saveFile(`${runName(this.run!)}.csv`, csvOf(rowsOf(result)), "text/csv");
  }

  #json() {
    const result = resultOf(this.run);
    if (result) saveFile(`${runName(this.run!)}.json`, jsonOf(rowsOf(result)), "application/json");
  }

  #svg() {
    const picture = this.#picture();
    if (!picture) return;
    const text = toSvg(picture.shapes, picture, themeIn(this.renderRoot, true));
    saveFile(`${runName(this.run!)}.svg`, text, "image/svg+xml");
  }

  #png() {
    const picture = this.#picture();
    if (!picture) return;
    const { shapes, width, height } = picture;
    const theme = themeIn(this.renderRoot, true);
    const canvas = document.createElement("canvas");
    // two pixels for one, so that it can be printed
    Object.assign(canvas, { width: 2 * width, height: 2 * height });
    const context = canvas.getContext("2d")!;
    context.scale(2, 2);
    context.fillStyle = theme.page;
    context.fillRect(0, 0, width, height);
    paint(context, shapes, theme, getComputedStyle(this).fontFamily);
    canvas.toBlob((blob) => blob && saveFile(`${runName(this.run!)}.png`, blob, "image/png"));
  }

  #picture(): Picture | undefined {
    const { run, view } = this;
    return run?.grid && view && pictureOf(run.grid, view(), pictureText(run));
  }
}

define("nn-sweep-take", NnSweepTake);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-take": NnSweepTake;
  }
}
