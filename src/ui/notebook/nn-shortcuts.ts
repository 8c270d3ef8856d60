import { css, html, LitElement } from "lit";
import { define } from "../define.ts";
import { base, controls } from "../styles.ts";
import { send } from "./events.ts";
import { groups, isSingle, keyText } from "./keys.ts";

/**
 * The dialog that lists the notebook's keys, and switches those off that are a single key.
 * @fires nn-singles - the switch was used
 */
export class NnShortcuts extends LitElement {
  static override properties = { singles: { attribute: false }, mac: { attribute: false } };
  static override styles = [
    base,
    controls,
    css`
      dialog {
        width: min(640px, calc(100vw - 24px));
        max-height: calc(100dvh - 48px);
        padding: 20px;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--page);
        color: var(--text);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 35%);
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 12px;
      }
      .lists {
        columns: 260px 2;
        column-gap: 28px;
      }
      section {
        break-inside: avoid;
        margin-block: 12px 0;
      }
      h3 {
        margin: 0 0 4px;
        font: 600 var(--small) / 1.4 var(--sans-family);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 3px 10px;
        margin: 0;
        font-size: var(--small);
      }
      dt {
        white-space: nowrap;
      }
      dd {
        margin: 0;
        color: var(--muted);
      }
      kbd {
        padding: 0 4px;
        border: 1px solid var(--line);
        border-radius: 3px;
        font: var(--tiny) / 1.5 var(--mono-family);
      }
      .off kbd {
        text-decoration: line-through;
      }
    `,
  ];

  /** single keys are on */
  declare singles: boolean;
  /** this is a Mac: ⌘ where others have Ctrl */
  declare mac: boolean;

  constructor() {
    super();
    this.singles = true;
    this.mac = false;
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
        <label class="pick">
          <input type="checkbox" .checked=${this.singles} @change=${this.#switch} />
          Single keys work on a selected cell (not while typing)
        </label>
        <div class="lists">
          ${groups.map(
            ({ title, bindings }) => html`
              <section>
                <h3>${title}</h3>
                <dl>
                  ${bindings.map(
                    ({ keys, means }) => html`
                      <dt class=${!this.singles && keys.every(isSingle) ? "off" : ""}>
                        ${keys.map((key, i) => html`${i > 0 ? " or " : ""}<kbd>${keyText(key, this.mac)}</kbd>`)}
                      </dt>
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

  #switch({ target }: Event) {
    send(this, "nn-singles", { on: (target as HTMLInputElement).checked });
  }
}

define("nn-shortcuts", NnShortcuts);

declare global {
  interface HTMLElementTagNameMap {
    "nn-shortcuts": NnShortcuts;
  }
}
