// What a Python kernel is to the page: it starts, runs one cell after the other, can be stopped, and ends.

import type { Engine, Progress } from "../engine/index.ts";
import type { FileSpec, JsonObject, Output, WeightStore } from "../storage/index.ts";
import type { FolderChange } from "./worker/folder.ts";

export type { FolderChange, Output };

/** what a running cell sends; `clear` asks to remove what it has put out so far */
export type Emission = Output | { readonly output_type: "clear" };

export type KernelStatus =
  /** nothing has been loaded */
  | { readonly kind: "off" }
  /** progress is undefined until the first byte is counted */
  | { readonly kind: "starting"; readonly progress: Progress | undefined }
  | { readonly kind: "idle" }
  | { readonly kind: "busy"; readonly cell: string }
  /** it has ended by itself; the next run starts a new one, without the variables */
  | { readonly kind: "stopped"; readonly message: string; readonly hint: string };

/** how a cell ended */
export interface Outcome {
  /** lost: the kernel ended while it ran */
  readonly kind: "done" | "failed" | "interrupted" | "lost";
  /** the number in the cell's [ ] */
  readonly count: number;
  readonly milliseconds: number;
  /** top-level names that the cell assigns, and names that it reads without assigning them before */
  readonly assigned: readonly string[];
  readonly used: readonly string[];
  /** names among the assigned that imports left as they were */
  readonly reimported: readonly string[];
  /** what the cell did to the files of its working folder; undefined when it was not run to an end */
  readonly folder?: FolderChange | undefined;
}

export interface Completion {
  readonly label: string;
  readonly kind: "function" | "class" | "module" | "variable" | "property" | "keyword";
}

/** what fits at a place in a source */
export interface Completions {
  /** offset in the source from which the completions replace text */
  readonly from: number;
  readonly options: readonly Completion[];
}

export interface RunOptions {
  /** the cell's id; its lines are named after it in tracebacks */
  readonly cell: string;
  /** the number that the page gives this run, in the cell's [ ] and in tracebacks; default: the next */
  readonly count?: number | undefined;
  readonly onOutput: (output: Emission) => void;
  /**
   * What changes in the working folder before it runs; asked when Python has started.
   * @param ends counts the workers that have ended: each begins with an empty folder
   */
  readonly folder?: ((ends: number) => Promise<FolderChange>) | undefined;
  /** cells above that this Python has not run: where one assigns a name that is missing, the error says so */
  readonly unrun?: readonly UnrunCell[];
}

export interface UnrunCell {
  /** how a sentence calls it, as "cell [3]" */
  readonly label: string;
  readonly source: string;
}

/** what is known of something in a cell's source */
export interface Documentation {
  /** as it is written there */
  readonly name: string;
  /** signature, type and docstring, over several lines */
  readonly text: string;
}

/** a worker for Python, alive until it is closed */
export interface Channel {
  /** to the worker */
  readonly port: MessagePort;
  /** called when the worker could not start, or threw where nobody caught it */
  onFailure: ((why: string) => void) | undefined;
  /** End the worker at once, whatever it is doing. */
  close(): void;
}

/** what Python's worker is made of; the addresses are absolute */
export interface KernelFiles {
  readonly script: FileSpec;
  readonly wasm: FileSpec;
  readonly stdlib: FileSpec;
}

/** the outside world of a kernel */
export interface KernelPorts {
  /** what is downloaded and kept; kernelFiles of src/ui/notebook/run/frame.ts */
  readonly files: () => Promise<KernelFiles>;
  /** where its files are kept; what openStore gives */
  readonly store: () => Promise<WeightStore>;
  /** Start a worker from this script where it can do no harm; see src/ui/notebook/run/frame.ts. */
  readonly connect: (script: Uint8Array<ArrayBuffer>) => Promise<Channel>;
  /** the engine whose model Python works on */
  readonly engine: Pick<Engine, "connect">;
  /** Have the engine load the model of this name, if it is not the open one; rejects when there is none. */
  readonly open: (name: string) => Promise<unknown>;
  readonly onStatus?: (status: KernelStatus) => void;
  /** how long a cell is given to stop before its worker is ended, milliseconds; default: 3000 */
  readonly grace?: number;
  /** default: the browser's */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Kernel {
  readonly status: KernelStatus;
  /** Download what is missing, and start; at once when it has started. */
  start(): Promise<void>;
  /** Run a cell; runs wait for each other. Starts the kernel if need be. Python's errors are outputs, not rejections. */
  run(source: string, options: RunOptions): Promise<Outcome>;
  /**
   * Stop the running cell, within about three seconds, and forget the ones that wait. "kept": variables are still there;
   * "restarted": the cell could only be stopped by ending the kernel.
   */
  interrupt(): Promise<"kept" | "restarted" | "idle">;
  /** End it and start a new one; variables are gone. What is running is "lost". */
  restart(): Promise<void>;
  /** Completions from the living session; none when it has not started or is busy. */
  complete(source: string, position: number): Promise<Completions>;
  /** What the living session knows of the name at a place, or of the function called there; undefined as above. */
  inspect(source: string, position: number): Promise<Documentation | undefined>;
  dispose(): void;
}

/** data of "application/vnd.neuron-notebook.comparison+json", what neuron_notebook.compare displays */
export interface ComparisonData extends JsonObject {
  readonly rows: readonly {
    readonly word: string;
    readonly before: number;
    readonly after: number;
    /** null where before is 0 */
    readonly delta: number | null;
  }[];
}
