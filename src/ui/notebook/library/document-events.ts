// The events of the elements that are about whole notebooks: the library, saving, and trust.

/** forms in which a notebook leaves the page: "python" is the one for Jupyter with the real TransformerLens */
export type FileKind = "ipynb" | "py" | "html" | "python";

export interface DocumentEvents {
  "nn-notebook-open": { id: string };
  /** a built-in notebook, as a copy that nobody has touched */
  "nn-notebook-built-in": { name: string };
  "nn-notebook-new": undefined;
  /** choose a file */
  "nn-notebook-file": undefined;
  /** show the list of notebooks */
  "nn-notebook-list": undefined;
  "nn-notebook-rename": { id: string; title: string };
  "nn-notebook-duplicate": { id: string };
  "nn-notebook-remove": { id: string };
  /** put back what was removed last */
  "nn-notebook-restore": undefined;
  "nn-notebook-export": undefined;
  "nn-notebook-save": { kind: FileKind };
  "nn-notebook-link": undefined;
  /** code that puts the open notebook into a course page */
  "nn-notebook-course": undefined;
  /** hand in answers, or check sheets of answers */
  "nn-answers-open": undefined;
  /** copy the address of the file that the open notebook came from */
  "nn-notebook-address": undefined;
  /** choose files to keep with the notebook that is open */
  "nn-file-choose": undefined;
  "nn-file-save": { name: string };
  "nn-file-remove": { name: string };
  /** put back the file that was removed last */
  "nn-file-restore": undefined;
  /** the reader trusts the notebook that is open */
  "nn-notebook-trust": undefined;
}

type Listened = { [K in keyof DocumentEvents]: CustomEvent<DocumentEvents[K]> };

declare global {
  interface HTMLElementEventMap extends Listened {}
}

export function tell<K extends keyof DocumentEvents>(
  from: EventTarget,
  type: K,
  detail: DocumentEvents[K],
): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
