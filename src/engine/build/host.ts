// What making a model is given of the engine.

import type { Tokenizer } from "../../model/tokenizer/index.ts";
import type { FileSpec, OverflowStore, Patience } from "../../storage/index.ts";
import type { hubFiles } from "../hub/index.ts";
import type { ModelFiles } from "../load/files.ts";
import type { Memory } from "../runtime/memory.ts";
import type { Runtime } from "../runtime/runtime.ts";

export interface BuildHost {
  store: OverflowStore;
  fetch: typeof globalThis.fetch;
  patience: Patience;
  memory: Memory;
  /** the runtime's own files, which the self-test needs */
  runtime: readonly FileSpec[];
  tokenizer: (json: string, config: string) => Promise<Tokenizer>;
  /** the files of a model on the Hub */
  hub: () => Promise<typeof hubFiles>;
  /** Do something on the CPU, in turn with what is done with any model. @param files where the runtime's are read */
  onCpu<T>(
    files: ModelFiles,
    signal: AbortSignal | undefined,
    task: (runtime: Runtime) => Promise<T>,
  ): Promise<T>;
}
