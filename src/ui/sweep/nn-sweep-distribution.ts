import { css, html, LitElement, nothing, svg } from "lit";
import { format } from "../../model/index.ts";
import { distribution, type Metric, type SweepRecord } from "../../model/sweep/index.ts";
import { define } from "../kit/define.ts";
import { base } from "../kit/styles.ts";
import { effectText } from "./sweep-words.ts";

/**
 * How the effects are spread: how many neurons have an effect of each size. Counts are dots on a logarithmic axis, since
 * most neurons do next to nothing and a few do a lot.
 */
export class NnSweepDistribution extends LitElement {
  static override properties = { records: { attribute: false }, kind: { attribute: false } };
  static override styles = [
    base,
    css`
      figure {
        margin: 0;
      }
      figcaption {
        padding-block-end: 6.4px;
        color: var(--muted);
      }
      svg {
        display: block;
        /* the labels stand outside */
        margin: 8px 12px 24px 52px;
        width: calc(100% - 64px);
        height: 112px;
        overflow: visible;
        font: 11px var(--sans-family);
      }
      text {
        fill: var(--muted);
      }
      .grid {
        stroke: var(--line);
      }
      .up {
        fill: var(--up);
      }
      .down {
        fill: var(--down);
      }
      .same {
        fill: var(--before);
      }
      @media (forced-colors: active) {
        text {
          fill: CanvasText;
        }
        .up,
        .down,
        .same {
          fill: Highlight;
        }
      }
    `,
  ];

  declare records: readonly SweepRecord[];
  declare kind: Metric["kind"];

  constructor() {
    super();
    this.records = [];
    this.kind = "log-odds";
  }

  override render() {
    const { edges, counts, outside } = distribution(this.records);
    const most = Math.max(...counts);
    if (most === 0) return nothing;
    const decades = Math.max(1, Math.log10(most));
    const x = (bin: number) => `${(100 * (bin + 0.5)) / counts.length}%`;
    const y = (count: number) => height * (1 - Math.log10(count) / decades);
    const lines = Array.from({ length: Math.floor(decades) + 1 }, (_, exponent) => 10 ** exponent);
    const middle = (counts.length - 1) / 2;
    const ends = [edges[0]!, 0, edges.at(-1)!];
    return html`
      <figure>
        <figcaption>
          How many neurons have an effect of which size; each line is ten times the one below
          it.${outside > 0 ? ` ${format.count(outside)} effects are infinite or undefined and not shown.` : ""}
        </figcaption>
        <svg role="img" aria-label=${this.#words(edges, counts)}>
          ${lines.map(
            (count) => svg`
              <line class="grid" x1="0" x2="100%" y1=${y(count)} y2=${y(count)} />
              <text x="-8" y=${y(count) + 4} text-anchor="end">${format.count(count)}</text>`,
          )}
          ${counts.map((count, bin) => (count === 0 ? nothing : mark(x(bin), y(count), bin - middle)))}
          ${ends.map(
            (effect, i) => svg`
              <text x=${["0", x(middle), "100%"][i]!} y=${height + 20} text-anchor=${["start", "middle", "end"][i]!}>${effectText(this.kind, effect)}</text>`,
          )}
        </svg>
      </figure>
    `;
  }

  /** the picture in words */
  #words(edges: readonly number[], counts: readonly number[]): string {
    const middle = (counts.length - 1) / 2;
    const sum = (part: readonly number[]) => part.reduce((total, count) => total + count, 0);
    const [from, to] = [edges[middle]!, edges[middle + 1]!].map((edge) => effectText(this.kind, edge));
    const [low, high] = [edges[0]!, edges.at(-1)!].map((edge) => effectText(this.kind, edge));
    return `Of ${format.count(sum(counts))} neurons, ${format.count(counts[middle]!)} have an effect between ${from} and ${to}; ${format.count(sum(counts.slice(0, middle)))} lie below, down to ${low}, and ${format.count(sum(counts.slice(middle + 1)))} above, up to ${high}.`;
  }
}

/** px, without the labels */
const height = 112;

/** @param side below 0: the bin is of negative effects */
function mark(x: string, y: number, side: number) {
  return side < 0
    ? svg`<svg x=${x} y=${y} overflow="visible"><rect class="down" x="-3.5" y="-3.5" width="7" height="7" /></svg>`
    : svg`<circle class=${side > 0 ? "up" : "same"} cx=${x} cy=${y} r="4" />`;
}

define("nn-sweep-distribution", NnSweepDistribution);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-distribution": NnSweepDistribution;
  }
}
