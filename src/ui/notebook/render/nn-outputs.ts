import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { MimeBundle, Output } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { excerpt, type Form, formOf, isAligned, joined } from "../book/outputs.ts";
import { overwrite, parseAnsi, type Span } from "./ansi.ts";
import { ledger, Meter } from "./budget.ts";
import { code } from "./code-styles.ts";
import { excess } from "./excess.ts";
import { outputStyles } from "./output-styles.ts";
import { type AnyPart, Needs, Part } from "./part.ts";
import { prose, proseParts } from "./prose-parts.ts";
import { prose as proseStyles } from "./prose-styles.ts";
import { Scrollable } from "./scrollable.ts";
import "./nn-markdown.ts";

const comparisons = new Part(() => import("../run/nn-comparison.ts"));
const images = new Part(() => import("./image-fits.ts"));

/** What outputs are drawn with. */
export function outputParts(outputs: readonly Output[]): AnyPart[] {
  return outputs.flatMap((output) => {
    if (!("data" in output)) return [];
    const form = formOf(output.data, output.metadata);
    switch (form.kind) {
      case "comparison":
        return [comparisons];
      case "image":
        return [images];
      case "html":
        return [prose];
      case "markdown":
        return proseParts(form.source);
      default:
        return [];
    }
  });
}

type Failure = Extract<Output, { output_type: "error" }>;

/**
 * What a cell has put out. HTML is sanitised whoever wrote it, images come from the notebook only, and long text is
 * folded.
 */
export class NnOutputs extends LitElement {
  static override properties = {
    outputs: { attribute: false },
    whole: { state: true },
    asked: { state: true },
  };
  static override styles = [base, controls, code, proseStyles, outputStyles];

  declare outputs: readonly Output[];
  /** places in the list of outputs whose text is shown as a whole */
  declare whole: ReadonlySet<number>;
  /** a person wants all that there is */
  declare asked: boolean;
  #meter = new Meter();
  readonly #needs = new Needs(this);
  /** what they are drawn with */
  #parts: ReturnType<Needs["look"]> = "here";
  /** bundles that are drawn, all of each; those for which a part was missing until all are here */
  readonly #known = new WeakMap<
    MimeBundle,
    { form: unknown; whole: boolean; cost: number; parts: ReturnType<Needs["look"]> }
  >();

  constructor() {
    super();
    this.outputs = [];
    this.whole = new Set();
    this.asked = false;
    new Scrollable(this, ".output, pre, .wide, .tml-display", "Output");
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) ledger.drawn(this, this.#meter.cost);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    ledger.give(this);
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("outputs")) this.#needs.forget();
    this.#parts = this.#needs.look(outputParts(this.outputs));
    this.#meter = this.asked ? new Meter() : ledger.meter(this);
  }

  protected override updated() {
    ledger.drawn(this, this.asked ? 0 : this.#meter.cost);
  }

  /** drawn with all that they need */
  protected override async getUpdateComplete(): Promise<boolean> {
    const done = await super.getUpdateComplete();
    if (this.#parts !== "coming") return done;
    await this.#needs.settled;
    return super.getUpdateComplete();
  }

  override render() {
    const outputs: unknown[] = [];
    for (const [i, output] of joined(this.outputs).entries()) {
      if (!this.#meter.take("elements", 4)) break;
      outputs.push(html`<div class="output contained">${this.#output(output, i)}</div>`);
    }
    return [
      ...outputs,
      excess(this.#meter, () => {
        this.asked = true;
      }),
    ];
  }

  #output(output: Output, index: number): unknown {
    switch (output.output_type) {
      case "stream":
        return this.#text(output.text, index, output.name);
      case "error":
        return this.#error(output, index);
      case "display_data":
      case "execute_result":
        return this.#bundle(output, index);
      default:
        return output satisfies never;
    }
  }

  /** What has been drawn stays, while programs put out more; it counts again. */
  #bundle({ data, metadata }: Extract<Output, { data: MimeBundle }>, index: number): unknown {
    const parts = this.#parts;
    const known = this.#known.get(data);
    if (parts === "coming" && !known) return nothing;
    const whole = this.whole.has(index);
    const isGood = known?.whole === whole && (known.parts === "here" || parts !== "here");
    if (isGood && this.#meter.take("elements", known.cost)) return known.form;
    const before = this.#meter.cost;
    const form = this.#form(formOf(data, metadata), index);
    if (this.#meter.excess === "")
      this.#known.set(data, { form, whole, cost: this.#meter.cost - before, parts });
    return form;
  }

  #form(form: Form, index: number): unknown {
    switch (form.kind) {
      case "comparison":
        if (!comparisons.value)
          return form.plain === "" ? unscripted("Table", "") : this.#text(form.plain, index, "stdout");
        return this.#meter.take("elements", 100 + 20 * form.comparison.rows.length)
          ? html`<nn-comparison .comparison=${form.comparison}></nn-comparison>`
          : nothing;
      case "html":
        return this.#html(form.html, form.plain, index);
      case "markdown":
        if (!prose.value) return this.#text(form.source, index, "stdout");
        return this.#meter.take("elements", 20)
          ? html`<nn-markdown .content=${prose.value.proseOf(form.source, undefined, this.#meter)}></nn-markdown>`
          : nothing;
      case "image":
        if (!images.value) return unscripted("Image", form.alt);
        return images.value.fits(form.address, this.#meter)
          ? html`<img class=${form.themed ? "themed" : "image"} decoding="async" src=${form.address} alt=${form.alt} width=${form.width ?? nothing} />`
          : html`<p class="note">[Image that is not drawn unasked: ${form.alt}]</p>`;
      case "text":
        return this.#text(form.text, index, "stdout");
      case "unknown":
        return html`<p class="note">
          ${
            form.types.length > 0
              ? `This page cannot show what the cell has put out (${form.types.slice(0, 20).join(", ").slice(0, 300)}).`
              : "The cell has put out something that is empty."
          }
        </p>`;
      default:
        return form satisfies never;
    }
  }

  #html(source: string, plain: string, index: number): unknown {
    if (!prose.value) return this.#text(plain, index, "stdout");
    const { fragment, stripped } = prose.value.htmlOf(source, this.#meter);
    const left = fragment.textContent.trim() !== "" || fragment.querySelector("img, hr") !== null;
    const note = stripped
      ? html`<p class="note">Scripts, frames and forms in this output are left out.</p>`
      : nothing;
    if (left) return html`<div class="prose">${[...fragment.childNodes]}</div>${note}`;
    return html`${plain === "" ? nothing : this.#text(plain, index, "stdout")}${note}`;
  }

  #text(text: string, index: number, name: "stdout" | "stderr"): unknown {
    // a last line break ends the last line, and begins none
    const shown = overwrite(text).replace(/\n$/, "");
    const isWarning = name === "stderr";
    const kind = [isWarning && "stderr", !isAligned(shown) && "wrap"].filter(Boolean).join(" ");
    return html`${isWarning ? html`<span class="unseen">Warnings:</span>` : nothing}${this.#folded(shown, index, kind)}`;
  }

  #error({ ename, evalue, traceback }: Failure, index: number) {
    const text = standingOut(traceback.join("\n") || `${ename}: ${evalue}`, ename);
    return html`
      <div class="error" role="group" aria-label="Error">
        <span class="unseen">Error: </span>${this.#folded(text, index, "wrap")}
      </div>
    `;
  }

  #folded(text: string, index: number, kind: string): unknown {
    const { head, tail, omitted, cut } = excerpt(text);
    if (omitted === 0 && !cut) return html`<pre class=${kind}>${this.#spans(text)}</pre>`;
    if (this.whole.has(index))
      return html`<pre class=${kind}>${this.#spans(text)}</pre>
        <button class="plain" type="button" @click=${() => this.#show(index, false)}>Show less</button>`;
    const more = omitted > 0 ? `Show all (${omitted} more lines)` : "Show all of it";
    return html`<pre class=${kind}>${this.#spans(head)}</pre>
      <button class="plain" type="button" @click=${() => this.#show(index, true)}>${more}</button>
      ${tail === "" ? nothing : html`<pre class=${kind}>${this.#spans(tail)}</pre>`}`;
  }

  /** Text in its looks; in none, where it has too many. */
  #spans(text: string): unknown {
    const all = parseAnsi(this.#meter.head("text", text));
    if (all.length === 1 && looks(all[0]!) === "") return all[0]!.text;
    if (!this.#meter.take("elements", all.length)) return all.map((span) => span.text).join("");
    return all.map((span) => {
      const classes = looks(span);
      return classes === "" ? span.text : html`<span class=${classes}>${span.text}</span>`;
    });
  }

  #show(index: number, whole: boolean) {
    const next = new Set(this.whole);
    if (whole) next.add(index);
    else next.delete(index);
    this.whole = next;
  }
}

/** In the place of what could not be drawn. @param alt what it shows, if that is said */
function unscripted(what: string, alt: string) {
  const why = `${what} that is not drawn, since the script for it did not arrive; reload the page`;
  return html`<p class="note">[${why}${alt && `: ${alt}`}]</p>`;
}

/** A traceback whose last lines, which say what is wrong, begin in bold, where its maker has given it no looks. */
function standingOut(traceback: string, name: string): string {
  const start = traceback.lastIndexOf(`\n${name}`) + 1;
  if (name === "" || !traceback.startsWith(name, start) || traceback.includes("\x1b")) return traceback;
  const end = start + name.length;
  return `${traceback.slice(0, start)}\x1b[1;31m${name}\x1b[0m${traceback.slice(end)}`;
}

function looks({ colour, background, bold, italic, underline }: Span): string {
  return [colour, background && "marked", bold && "bold", italic && "italic", underline && "underline"]
    .filter(Boolean)
    .join(" ");
}

define("nn-outputs", NnOutputs);

declare global {
  interface HTMLElementTagNameMap {
    "nn-outputs": NnOutputs;
  }
}
