import { css, html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base } from "../../kit/styles.ts";
import { inEditor, inText } from "../book/line-breaks.ts";
import { code, codeText } from "../render/code-styles.ts";
import { Needs } from "../render/part.ts";
import { colours } from "../render/parts.ts";
import { isDrawn } from "../render/prerendered.ts";
import { staticCode } from "../render/static-code.ts";
import { whenUsed } from "../render/used.ts";
import type { Editor } from "./codemirror.ts";
import type { Complete } from "./completions.ts";
import type { Inspect } from "./documentation.ts";
import type { EditorOptions, Language } from "./editor-options.ts";

/** characters that are shown, and made an editor, before somebody edits them */
const longest = 100_000;

/** what an editor tells the element around it */
export interface EditorEvents {
  /** a person changed the text; `joins`: it is undone together with the change before it */
  change: { value: string; joins: boolean };
  /** undo or redo, asked for by the browser's menu or a gesture */
  travel: { command: "undo" | "redo" };
  /** pressed with the pointer before the editor is there: it will have the focus */
  enter: undefined;
  /** Escape or Ctrl+M: the keyboard goes back to the cell */
  leave: undefined;
  /** an arrow key at the first or the last place */
  edge: { side: "above" | "below" };
}

/**
 * Text in an editor. Far from the viewport, and until a person does anything on the page, it is a coloured pre, which
 * becomes an editor when it comes near or gets the focus. Tab indents; after Escape, it moves on. Shift, Ctrl and Alt with Enter are left to the page.
 * @fires change, travel, enter, leave, edge - see EditorEvents; they do not bubble
 */
export class NnEditor extends LitElement {
  static override properties = {
    value: { attribute: false },
    language: { attribute: false },
    label: { attribute: false },
    complete: { attribute: false },
    inspect: { attribute: false },
    readOnly: { type: Boolean },
    tabbable: { type: Boolean },
  };
  static override styles = [
    base,
    code,
    codeText,
    css`
      :host {
        min-height: calc(1.5em + 16px);
      }
      .static {
        min-height: calc(1.5em + 16px);
      }
      .cm-editor.cm-focused {
        outline: none;
      }
      .cm-editor .cm-content {
        caret-color: var(--text);
      }
      .cm-editor .cm-cursor {
        border-left: 2px solid var(--primary);
      }
      .cm-editor .cm-selectionBackground,
      .cm-editor.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground {
        background: color-mix(in srgb, var(--primary) 28%, var(--field));
      }
      .cm-editor .cm-matchingBracket,
      .cm-editor.cm-focused .cm-matchingBracket {
        background: none;
        outline: 1px solid var(--field-line);
      }
      .cm-editor .cm-nonmatchingBracket,
      .cm-editor.cm-focused .cm-nonmatchingBracket {
        background: none;
        color: var(--error);
      }
      .cm-editor .cm-tooltip.cm-tooltip-autocomplete {
        border: 1px solid var(--field-line);
        border-radius: 4px;
        background: var(--field);
        color: var(--text);
      }
      .cm-editor .cm-tooltip.cm-tooltip-autocomplete > ul {
        max-width: min(90vw, 420px);
        max-height: 216px;
        font: var(--small) / 1.5 var(--mono-family);
      }
      .cm-editor .cm-tooltip.cm-tooltip-autocomplete > ul > li {
        min-height: 24px;
        padding: 2px 8px;
        line-height: 20px;
      }
      .cm-editor .cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected] {
        background: var(--primary);
        color: var(--on-primary);
      }
      .cm-editor .cm-completionMatchedText {
        text-decoration: none;
        font-weight: 700;
      }
      .cm-editor .cm-completionDetail {
        color: inherit;
        font-style: normal;
        opacity: 0.8;
      }
      .cm-editor .cm-tooltip.documentation {
        box-sizing: border-box;
        width: max-content;
        max-width: min(90vw, 640px);
        max-height: 240px;
        padding: 8px 12px;
        overflow: auto;
        border: 1px solid var(--field-line);
        border-radius: 4px;
        background: var(--field);
        color: var(--text);
        font: var(--small) / 1.5 var(--mono-family);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @media (forced-colors: active) {
        .cm-editor .cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected] {
          forced-color-adjust: none;
          background: Highlight;
          color: HighlightText;
        }
      }
    `,
  ];

  declare value: string;
  declare language: Language;
  /** the editor's name, as "Source of code cell 3" */
  declare label: string;
  /** what the running Python knows; without it, or while it has nothing to say, names of the libraries are offered */
  declare complete: Complete | undefined;
  /** what Shift+Tab asks about the name at the cursor; without it, Shift+Tab outdents */
  declare inspect: Inspect | undefined;
  declare readOnly: boolean;
  /** can be reached by Tab: not while keys are commands, or it would be hard to get past */
  declare tabbable: boolean;

  #editor: Editor | undefined;
  #opening: Promise<Editor | undefined> | undefined;
  #near: IntersectionObserver | undefined;
  readonly #needs = new Needs(this);

  constructor() {
    super();
    this.value = "";
    this.language = "python";
    this.label = "Source";
    this.readOnly = false;
    this.tabbable = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    if (this.#editor) return;
    // two screens ahead, so that scrolling meets editors that are there
    this.#near = new IntersectionObserver(
      (entries) => {
        // a text as long as a book waits until somebody wants to edit it
        if (this.value.length > longest || !entries.some(({ isIntersecting }) => isIntersecting)) return;
        whenUsed(() => {
          if (this.isConnected) void this.open();
        });
      },
      { rootMargin: "600px" },
    );
    this.#near.observe(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#near?.disconnect();
  }

  protected override shouldUpdate() {
    this.#editor?.update(this.#options());
    // the editor draws itself, and an update of this element would take it away
    return !this.#editor;
  }

  override render() {
    // a last line that is empty is a line in an editor, and none in a pre
    const shown = this.value.slice(0, longest);
    const end = shown.endsWith("\n") ? "\n" : "";
    // it is drawn again in colours when they come
    if (this.language === "python" && !isDrawn(shown)) this.#needs.look([colours]);
    const text = this.language === "python" ? staticCode(shown) : `${shown}${end}`;
    const rest = this.value.length - shown.length;
    return html`<pre class="static" @pointerdown=${this.#press} @mousedown=${this.#keepFocus} @click=${this.#press}>${text}${
      rest > 0
        ? `… and ${rest.toLocaleString("en")} characters more, which are there when you edit this cell.`
        : nothing
    }</pre>`;
  }

  /** Make it an editor, unless it is one; undefined when the code for it cannot be loaded. */
  open(): Promise<Editor | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Put the cursor at an end, or at an offset in the text. @param wanted asked again once there is an editor */
  async focusAt(place: "start" | "end" | number, wanted: () => boolean): Promise<void> {
    const editor = await this.open();
    if (!wanted()) return;
    const offset = inEditor(this.value, place === "start" ? 0 : place === "end" ? this.value.length : place);
    editor?.select(offset, offset);
    editor?.focus();
  }

  /** Select a stretch of the text, and scroll to it. The focus stays where it is. */
  async selectRange(from: number, to: number): Promise<void> {
    const editor = await this.open();
    editor?.select(inEditor(this.value, from), inEditor(this.value, to));
  }

  /** Where the cursor stands, as an offset in the text. */
  cursor(): number {
    return this.#editor ? inText(this.value, this.#editor.cursor()) : this.value.length;
  }

  async #open(): Promise<Editor | undefined> {
    this.#near?.disconnect();
    try {
      const { createEditor } = await import("./codemirror.ts");
      await this.updateComplete;
      const holder = this.renderRoot as ShadowRoot;
      const editor = createEditor(holder, this.#options(), {
        change: (value, joins) => {
          this.value = value;
          this.#tell("change", { value, joins });
        },
        travel: (command) => this.#tell("travel", { command }),
        leave: () => this.#tell("leave", undefined),
        edge: (side) => this.#tell("edge", { side }),
      });
      holder.querySelector(".static")?.replaceWith(editor.dom);
      this.#editor = editor;
      return editor;
    } catch (error) {
      // offline before it was ever loaded: the text can still be read, and the next attempt may work
      console.warn(error);
      this.#opening = undefined;
      return undefined;
    }
  }

  #options(): EditorOptions {
    const { value, language, label, complete, inspect, readOnly, tabbable } = this;
    return { value, language, label, complete, inspect, readOnly, tabbable };
  }

  /** a click or a tap before the editor is there puts the cursor where it would have; a finger may only want to scroll */
  async #press(event: PointerEvent | MouseEvent) {
    const byFinger = event instanceof PointerEvent && event.pointerType === "touch";
    if (event.button !== 0 || (event.type === "pointerdown" && byFinger)) return;
    this.#tell("enter", undefined);
    const editor = await this.open();
    const { clientX: x, clientY: y } = event;
    editor?.selectAt({ x, y });
    editor?.focus();
  }

  /** the cell around would get the focus, and what is typed before the editor has it would be commands */
  #keepFocus(event: MouseEvent) {
    event.preventDefault();
  }

  #tell<K extends keyof EditorEvents>(type: K, detail: EditorEvents[K]) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

define("nn-editor", NnEditor);

declare global {
  interface HTMLElementTagNameMap {
    "nn-editor": NnEditor;
  }
}
