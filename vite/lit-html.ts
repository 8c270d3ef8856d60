// Elements as plain HTML, at build time: the templates that they draw in a browser, written out, and their styles for it.
// So a page shows what its elements will show before any script has come, and nothing moves when they do. An element
// becomes a <div data-element="its name">, since no shadow root can be written under this site's policy, which refuses
// styles inside a page.

import { nothing, type TemplateResult } from "lit";
import { escapeHtml } from "../src/ui/notebook/render/escape-html.ts";

type Properties = Record<string, unknown>;

/** an element's class, as far as it is needed here */
interface Drawn {
  new (): { render(): unknown; willUpdate?(changed: Map<string, unknown>): void };
  styles?: unknown;
}

/** Lit's name of the registry in Node */
const classOf = (name: string) => customElements.get(name) as unknown as Drawn | undefined;

export class LitHtml {
  /** the elements that were written, and the styles of bars, which differ one by one */
  readonly #seen = new Set<string>();
  readonly #styles = new Map<string, string>();

  /** An element with these properties, and what stands in it. */
  element(name: string, properties: Properties, attributes = "", inside = ""): string {
    const type = classOf(name);
    if (!type) throw new Error(`<${name}> is not defined.`);
    this.#seen.add(name);
    const element = Object.assign(new type(), properties);
    element.willUpdate?.(new Map(Object.entries(properties)));
    const reflected = ["stale", "dimmed", "hidden"].filter((flag) => properties[flag] === true).join(" ");
    const drawn = this.#text(element.render()).replace(/<slot[^>]*><\/slot>/, () => inside);
    // what can be pressed does nothing yet
    const still = drawn.replaceAll(/<(button|input|select|summary)(?=[\s>])/g, "<$1 inert");
    return `<div data-element="${name}" ${reflected} ${attributes}>${still}</div>`;
  }

  /** The styles of all that was written. */
  css(): string {
    const sheets = [...this.#seen].map((name) => {
      const styles = [classOf(name)?.styles ?? []].flat(3) as { cssText: string }[];
      const texts = styles.map(({ cssText }) => cssText);
      const css = texts
        .join("\n")
        .replaceAll(/\/\*[\s\S]*?\*\//g, "")
        // nothing moves here, and keyframes cannot stand inside a rule
        .replaceAll(/@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, "")
        .replaceAll(/:host\(([^()]*)\)/g, "&$1")
        .replaceAll(":host", "&");
      return `[data-element="${name}"] {\n${css}\n}`;
    });
    const single = [...this.#styles].map(([style, name]) => `[data-drawn="${name}"] { ${style} }`);
    return [...sheets, ...single].join("\n");
  }

  #text(value: unknown): string {
    if (value === nothing || value === undefined || value === null || typeof value === "function") return "";
    if (Array.isArray(value)) return value.map((each) => this.#text(each)).join("");
    if (typeof value !== "object") return escapeHtml(String(value));
    return this.#template(value as TemplateResult);
  }

  #template({ strings, values }: TemplateResult): string {
    /** properties of elements that are still to be written, by the number that stands for them in the text */
    const properties: Properties[] = [];
    let text = "";
    for (const [i, string] of strings.entries()) {
      text += string;
      if (i >= values.length) break;
      const value = values[i];
      const inTag = text.lastIndexOf("<") > text.lastIndexOf(">");
      const [all = "", kind = "", name = "", quote = ""] =
        (inTag && /\s([.?@]?)([\w-]+)=(["']?)$/.exec(text)) || [];
      if (!inTag) text += this.#text(value);
      // inside a quoted attribute that has begun before
      else if (!all) text += escapeHtml(String(value));
      else if (kind === "" && quote) text += escapeHtml(String(value));
      else {
        text = text.slice(0, -all.length);
        if (kind === "@" || value === nothing || value === undefined) continue;
        if (kind === "?") text += value ? ` ${name}` : "";
        else if (kind === "") text += ` ${name}="${escapeHtml(String(value))}"`;
        else text += this.#property(text, name, value, properties);
      }
    }
    return text.replaceAll(
      /<(nn-[a-z-]+)([^>]*)>([\s\S]*?)<\/\1>/g,
      (_, name: string, attributes: string, inside: string) => {
        const own: Properties = {};
        const rest = attributes.replaceAll(/ data-properties="(\d+)"/g, (_, at: string) => {
          Object.assign(own, properties[Number(at)]);
          return "";
        });
        for (const [flag = ""] of rest.matchAll(/(?<=\s)(hidden|fixed|scientific|recorded)(?=\s|$)/g))
          own[flag] = true;
        return this.element(name, own, rest.replaceAll(/\s(exportparts|class)="[^"]*"/g, ""), inside);
      },
    );
  }

  /** A property: of an element of ours it waits for that to be written, of the others a few have attributes. */
  #property(before: string, name: string, value: unknown, properties: Properties[]): string {
    const tag = /<([\w-]+)[^<]*$/.exec(before)?.[1] ?? "";
    if (tag.startsWith("nn-")) {
      properties.push({ [name]: value });
      return ` data-properties="${properties.length - 1}"`;
    }
    if (name === "checked") return value ? " checked" : "";
    if (name !== "style") return ` ${name}="${escapeHtml(String(value))}"`;
    const style = String(value);
    if (!this.#styles.has(style)) this.#styles.set(style, `drawn-${this.#styles.size}`);
    return ` data-drawn="${this.#styles.get(style)}"`;
  }
}
