import { css, html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls, dialog } from "../../kit/styles.ts";
import { send } from "../events.ts";
import { type Binding, groups, isSingle, keyText } from "./keys.ts";

/**
 * The dialog that lists the notebook's keys, and switches those off that are a single key.
 * @fires nn-single-key-shortcuts - the switch was used
 */
export class NnShortcuts extends LitElement {
  static override properties = { singleKeyShortcuts: { attribute: false }, mac: { attribute: false } };
  static override styles = [
    base,
    controls,
    dialog,
    css`
      .intro {
        display: grid;
        gap: 6px;
        margin-block: 14px 20px;
      }
      .lists {
        columns: 280px 2;
        column-gap: 32px;
        margin-block-end: -20px;
      }
      section {
        break-inside: avoid;
        padding-block-end: 20px;
      }
      h3 {
        margin: 0 0 6px;
        font: 600 var(--size) / 1.4 var(--sans-family);
      }
      dl {
        display: grid;
        grid-template-columns: 120px minmax(0, 1fr);
        gap: 6px 12px;
        align-items: baseline;
        margin: 0;
        font-size: var(--small);
        line-height: 1.4;
      }
      dt {
        color: var(--muted);
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-width: 22px;
        padding: 1px 5px;
        border: 1px solid var(--line);
        border-block-end-width: 2px;
        border-radius: 4px;
        background: var(--tint);
        color: var(--text);
        font: var(--tiny) / 1.4 var(--mono-family);
        text-align: center;
        white-space: nowrap;
      }
      kbd.off {
        color: var(--muted);
        text-decoration: line-through;
      }
    `,
  ];

  /** single keys are on */
  declare singleKeyShortcuts: boolean;
  /** this is a Mac: ⌘ where others have Ctrl */
  declare mac: boolean;

  constructor() {
    super();
    this.singleKeyShortcuts = true;
    this.mac = false;
  }

  get open(): boolean {
    return this.renderRoot.querySelector("dialog")?.open ?? false;
  }

  /** Open the dialog. */
  show(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  override render() {
    return html`
      <dialog aria-labelledby="title">
        <div class="head">
          <h2 id="title">Keys</h2>
          <form method="dialog"><button>Close</button></form>
        </div>
        <div class="intro">
          <p class="quiet">A cell is selected, or its text is edited: Enter goes into the text, Esc comes back.</p>
          <label class="pick">
            <input type="checkbox" .checked=${this.singleKeyShortcuts} @change=${this.#switch} />
            Single keys work on a selected cell (not while typing)
          </label>
        </div>
        <div class="lists">
          ${groups.map(
            ({ title, bindings }) => html`
              <section>
                <h3>${title}</h3>
                <dl>
                  ${rowsOf(bindings).map(
                    ({ keys, means }) => html`
                      <dt>${this.#keys(keys)}</dt>
                      <dd>${means}</dd>
                    `,
                  )}
                </dl>
              </section>
            `,
          )}
        </div>
      </dialog>
    `;
  }

  /** keys that do the same; of many the first and the last */
  #keys(keys: readonly string[]) {
    const [first = "", second, ...others] = keys;
    if (second === undefined) return this.#presses(first);
    const [word, last] = others.length > 0 ? ["to", others.at(-1)!] : ["or", second];
    return html`${this.#presses(first)} ${word} ${this.#presses(last)}`;
  }

  /** the presses of a key, one after the other */
  #presses(key: string) {
    const off = !this.singleKeyShortcuts && isSingle(key) ? "off" : nothing;
    return key
      .split(" ")
      .map((press, i) => html`${i > 0 ? " " : ""}<kbd class=${off}>${keyText(press, this.mac)}</kbd>`);
  }

  #switch({ target }: Event) {
    send(this, "nn-single-key-shortcuts", { on: (target as HTMLInputElement).checked });
  }
}

/** Keys that do the same stand in one row. */
function rowsOf(bindings: readonly Binding[]): { keys: string[]; means: string }[] {
  const rows = new Map<string, string[]>();
  for (const { keys, means } of bindings) rows.set(means, [...(rows.get(means) ?? []), ...keys]);
  return [...rows].map(([means, keys]) => ({ means, keys }));
}

define("nn-shortcuts", NnShortcuts);

declare global {
  interface HTMLElementTagNameMap {
    "nn-shortcuts": NnShortcuts;
  }
}
