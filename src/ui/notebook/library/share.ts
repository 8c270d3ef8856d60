// A notebook in a link: its text, without the spaces, deflated, in the fragment, which browsers send to no server.

import { compact, parseNotebook, StorageError, serializeNotebook } from "../../../storage/index.ts";
import { withoutOutputs } from "../book/recorded.ts";

/** characters of a link; what chat and mail programs, and browsers' address bars, still carry */
export const linkLimit = 30_000;

/** bytes that a link may unfold to: a few kilobytes can claim to be gigabytes */
const unfoldedLimit = 8 * 2 ** 20;

const name = "notebook=";

export type Link =
  /** outputs are left out where only so it fits */
  | { readonly kind: "link"; readonly href: string; readonly withoutOutputs: boolean }
  | { readonly kind: "too-long"; readonly length: number };

/** A link that opens a copy of a notebook. @param page address of the notebook's page */
export async function toLink(text: string, page: string): Promise<Link> {
  let length = 0;
  for (const [i, form] of shortened(text).entries()) {
    const href = `${page.split("#")[0]}#${name}${await folded(form)}`;
    if (href.length <= linkLimit) return { kind: "link", href, withoutOutputs: i === 1 };
    length = href.length;
  }
  return { kind: "too-long", length };
}

/** A notebook's text without spaces, and without outputs, too; numbers and all else stay as they are written. */
function shortened(text: string): string[] {
  const notebook = parseNotebook(text);
  const cells = notebook.cells.map(withoutOutputs);
  return [text, serializeNotebook({ ...notebook, cells })].map(compact);
}

/** The text of the notebook in a fragment; undefined when there is none. @throws StorageError "notebook-invalid" */
export async function fromLink(fragment: string): Promise<string | undefined> {
  if (!fragment.startsWith(`#${name}`)) return undefined;
  try {
    return await unfolded(fragment.slice(1 + name.length));
  } catch (cause) {
    throw new StorageError(
      "notebook-invalid",
      "The link holds no notebook that can be read; perhaps a part of it was cut off.",
      "Copy the whole link again, or ask for the notebook as a file.",
      { cause },
    );
  }
}

async function folded(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unfolded(value: string): Promise<string> {
  const characters = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value: part } = await reader.read();
    if (done) return text + decoder.decode();
    length += part.byteLength;
    if (length > unfoldedLimit) {
      await reader.cancel();
      throw new Error(`more than ${unfoldedLimit} bytes`);
    }
    text += decoder.decode(part, { stream: true });
  }
}
