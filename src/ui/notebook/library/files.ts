// Files in and out: a file dialog, files dropped on the page, downloads.

import { decodeNotebook } from "../../../storage/index.ts";

/** Ask for an .ipynb file. Resolves to undefined when the person chooses none. Must be called from a click or a key. */
export async function pickFile(): Promise<File | undefined> {
  const [file] = await ask({ accept: ".ipynb,application/x-ipynb+json,application/json" });
  return file;
}

/** Ask for files of any kind; else as {@link pickFile}. */
export function pickFiles(): Promise<File[]> {
  return ask({ multiple: true });
}

/** inputs whose dialog is open: the browser may collect one that nothing else refers to, and then tells nobody the choice */
const asking = new Set<HTMLInputElement>();

function ask(how: { accept?: string; multiple?: boolean }): Promise<File[]> {
  const input = Object.assign(document.createElement("input"), { type: "file", ...how });
  asking.add(input);
  return new Promise<File[]>((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  }).finally(() => asking.delete(input));
}

/** Is a file a notebook, by its name? All others are data. */
export function isNotebookFile({ name }: File): boolean {
  return /\.ipynb$/i.test(name);
}

/**
 * A notebook file's text.
 * @throws StorageError "notebook-invalid" where it is not a notebook; DOMException where the browser cannot read it any more
 */
export async function readText(file: File): Promise<string> {
  return decodeNotebook(new Uint8Array(await file.arrayBuffer()));
}

/** A file's name from a title. @param ending with its dot */
export function fileName(title: string, ending: string): string {
  const plain = title
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._ ()-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^[. ]+/, "")
    .slice(0, 80)
    .trim();
  return `${plain || "Untitled"}${ending}`;
}

/** Names that differ from each other, also where case does not count. */
export function differing(titles: readonly string[], ending: string): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    let name = fileName(title, ending);
    for (let count = 2; taken.has(name.toLowerCase()); count++)
      name = fileName(title, ` (${count})${ending}`);
    taken.add(name.toLowerCase());
    return name;
  });
}

const dropStyle: Partial<CSSStyleDeclaration> = {
  position: "fixed",
  inset: "12px",
  zIndex: "10",
  placeContent: "center",
  border: "3px dashed var(--primary)",
  borderRadius: "8px",
  background: "color-mix(in srgb, var(--page) 88%, transparent)",
  color: "var(--text)",
  font: "600 var(--large) / 1.4 var(--sans-family)",
  textAlign: "center",
  pointerEvents: "none",
};

/**
 * Take files that are dropped anywhere on the page, and show while they are held over it that they may be.
 * @param onFiles gets the files of a drop
 * @returns stops that
 */
export function takeDrops(page: HTMLElement, onFiles: (files: File[]) => void): () => void {
  const target = document.createElement("div");
  // by script, which the page's policy allows, since the target is in no shadow root that could have a style
  Object.assign(target.style, dropStyle);
  target.textContent = "Drop a notebook to open it, or data to keep with this one";
  target.style.display = "none";
  page.append(target);
  const held = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const show = (event: DragEvent) => {
    if (!held(event)) return;
    event.preventDefault();
    event.dataTransfer!.dropEffect = "copy";
    target.style.display = "grid";
  };
  const leave = (event: DragEvent) => {
    // out of the window, not from one element of the page to another
    if (event.relatedTarget === null) target.style.display = "none";
  };
  const drop = (event: DragEvent) => {
    target.style.display = "none";
    if (!held(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) onFiles(files);
  };
  const listening = new AbortController();
  const { signal } = listening;
  // first of all, so that no editor takes the file for text
  addEventListener("dragenter", show, { signal, capture: true });
  addEventListener("dragover", show, { signal, capture: true });
  addEventListener("dragleave", leave, { signal, capture: true });
  addEventListener("drop", drop, { signal, capture: true });
  return () => {
    listening.abort();
    target.remove();
  };
}
