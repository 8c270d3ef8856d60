// A notebook as plain data, in the terms of Jupyter's file format (nbformat 4.5), and the records in which notebooks are
// kept. Everything is read-only: an edit makes a new value, so that undo is keeping the old one.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** a result in several forms, by MIME type; text is one string, JSON types are values */
export type MimeBundle = JsonObject;

/** what a cell has put out, as nbformat 4.5 has it, with text joined to one string */
export type Output =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: MimeBundle; readonly metadata: JsonObject }
  | {
      readonly output_type: "execute_result";
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

export type CellKind = "markdown" | "code" | "raw";

export interface Cell {
  /** unique in its notebook, by the rules of nbformat 4.5: 1 to 64 of letters, digits, - and _ */
  readonly id: string;
  readonly kind: CellKind;
  readonly source: string;
  readonly metadata: JsonObject;
  /** of a code cell; else empty */
  readonly outputs: readonly Output[];
  /** of a code cell that has run: the number in its [ ] */
  readonly count: number | undefined;
  /** images pasted into a markdown or raw cell: name -> MIME bundle */
  readonly attachments: JsonObject | undefined;
  /** the cell as it stood in the file, for what of it stays untouched; opaque outside of src/storage/notebooks */
  readonly origin: Origin | undefined;
}

export interface Notebook {
  readonly metadata: JsonObject;
  readonly cells: readonly Cell[];
  /** the file's text, for what of it stays untouched */
  readonly origin: Origin | undefined;
}

/** where something stood in the file that was read */
export interface Origin {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** where a notebook came from; what came from outside is not trusted until the reader says so */
export type Source =
  | { readonly kind: "built-in"; readonly name: string }
  | { readonly kind: "new" }
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "link" }
  /** a file of this site, by its address */
  | { readonly kind: "url"; readonly href: string };

/** a kept notebook without its content, for lists */
export interface NotebookEntry {
  readonly id: string;
  readonly title: string;
  readonly source: Source;
  /** cells may run; true for built-in and new ones, and after the reader has said so */
  readonly trusted: boolean;
  /** milliseconds since 1970 */
  readonly created: number;
  readonly changed: number;
  /** counts the writes; a writer names the version it started from */
  readonly version: number;
}

export interface NotebookRecord extends NotebookEntry {
  /** the notebook as .ipynb */
  readonly text: string;
}
