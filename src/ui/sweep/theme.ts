// The colours of a map: those of the page as it looks now, and those of a picture that is taken away, which is light.

import { css, html } from "lit";
import type { Ink } from "./map-scene.ts";
import type { Theme } from "./scene-svg.ts";

const inks: readonly Ink[] = ["up", "down", "text", "muted", "line", "tint", "page"];

/** Elements whose colours are the theme's: a canvas takes no custom properties, and these are what their values come to. */
export const inkTemplate = html`
  <div class="inks" aria-hidden="true">${inks.map((ink) => html`<i class=${ink}></i>`)}</div>
  <div class="inks light" aria-hidden="true">${inks.map((ink) => html`<i class=${ink}></i>`)}</div>
`;

export const inkStyles = css`
  .inks {
    display: contents;
  }
  .inks i {
    display: none;
    forced-color-adjust: none;
  }
  .inks.light {
    color-scheme: light;
  }
  .inks .up {
    color: var(--up);
  }
  .inks .down {
    color: var(--down);
  }
  .inks .text {
    color: var(--text);
  }
  .inks .muted {
    color: var(--muted);
  }
  .inks .line {
    color: var(--line);
  }
  .inks .tint {
    color: var(--tint);
  }
  .inks .page {
    color: var(--page);
  }
  @media (forced-colors: active) {
    .inks:not(.light) :is(.up, .down, .line) {
      color: Highlight;
    }
    .inks:not(.light) :is(.text, .muted) {
      color: CanvasText;
    }
    .inks:not(.light) :is(.tint, .page) {
      color: Canvas;
    }
  }
`;

/**
 * The colours of {@link inkTemplate} as they are now.
 * @param light for a picture that is taken away
 */
export function themeIn(root: ParentNode, light = false): Theme {
  const row = root.querySelectorAll(".inks")[light ? 1 : 0]!;
  return Object.fromEntries(
    inks.map((ink) => [ink, getComputedStyle(row.querySelector(`.${ink}`)!).color]),
  ) as Record<Ink, string>;
}
