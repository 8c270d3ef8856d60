// <neuron-notebook>: a whole notebook in another site's page, by the same script as <neuron-experiment>. Python and all it
// needs run in a frame of the site, so nothing of a notebook can reach the page around but the height it needs.

import { define } from "../kit/define.ts";
import { fallback, follow, unfollow } from "../kit/frames.ts";

/** address of the folder that the site's pages lie in */
let site = "";

/** those that say which notebook it is; another value is another notebook */
const which = ["notebook", "url"];

/**
 * Attributes: `notebook`, the name of one of the site's notebooks, or a whole one as its links hold it; or `url`, the address
 * of an .ipynb file on the site, seen from the site's folder. `theme`: auto, light or dark. `title` names the frame for screen
 * readers. What stands between the tags is shown until the notebook is there, and where it does not come.
 * @csspart frame - the frame
 */
export class NeuronNotebook extends HTMLElement {
  static readonly observedAttributes = [...which, "theme", "title"];

  /** where what stands between the tags is shown */
  readonly #below = document.createElement("slot");
  #frame: HTMLIFrameElement | undefined;

  constructor() {
    super();
    const style = new CSSStyleSheet();
    style.replaceSync(
      ":host { display: block } :host([hidden]), [hidden] { display: none } iframe { display: block; width: 100%; height: 0; border: 0 }",
    );
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [style];
    this.#below.className = fallback;
    shadow.append(this.#below);
  }

  connectedCallback(): void {
    this.#load();
  }

  disconnectedCallback(): void {
    this.#leave();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#frame || before === after) return;
    if (which.includes(name)) this.#load();
    else this.#dress(this.#frame);
  }

  /** A frame of its own for each notebook: one that only gets another address would keep what was opened before. */
  #load(): void {
    this.#leave();
    const frame = document.createElement("iframe");
    frame.part = "frame";
    // the copy buttons; the page's host is told, and its path stays private
    frame.allow = "clipboard-write";
    frame.referrerPolicy = "strict-origin";
    frame.src = new URL(`embed-notebook.html${this.#fragment}`, site).href;
    this.#dress(frame);
    this.#frame = frame;
    this.#below.before(frame);
    follow(frame);
  }

  #leave(): void {
    if (this.#frame) unfollow(this.#frame);
    this.#frame?.remove();
    this.#frame = undefined;
    this.#below.hidden = false;
  }

  /** What can change without the notebook being loaded anew; a frame's page follows the colour scheme of the frame. */
  #dress(frame: HTMLIFrameElement): void {
    const theme = this.getAttribute("theme");
    frame.style.colorScheme = theme === "light" || theme === "dark" ? theme : "";
    frame.title = this.getAttribute("title") ?? "Notebook";
  }

  get #fragment(): string {
    const [notebook, url] = which.map((name) => this.getAttribute(name));
    if (url) return `#notebook-url=${encodeURIComponent(url)}`;
    return notebook ? `#notebook=${notebook}` : "";
  }
}

/**
 * Give the element its name.
 * @param home address of the folder that the site's pages lie in, or of a page there
 */
export function defineNotebook(home: string): void {
  site = home;
  define("neuron-notebook", NeuronNotebook);
}

declare global {
  interface HTMLElementTagNameMap {
    "neuron-notebook": NeuronNotebook;
  }
}
