// What an editor is given, and what it tells.

import type { Complete } from "./completions.ts";
import type { Inspect } from "./documentation.ts";

export type Language = "python" | "markdown" | "raw";

export interface EditorOptions {
  readonly value: string;
  readonly language: Language;
  readonly label: string;
  readonly complete: Complete | undefined;
  readonly inspect: Inspect | undefined;
  readonly readOnly: boolean;
  readonly tabbable: boolean;
}

/** what happens in an editor */
export interface EditorHandlers {
  /** a person changed the text; `joins`: it is undone together with the change before it */
  readonly change: (value: string, joins: boolean) => void;
  /** by the browser's own menu or a gesture; keys are the notebook's */
  readonly travel: (command: "undo" | "redo") => void;
  readonly leave: () => void;
  readonly edge: (side: "above" | "below") => void;
}
