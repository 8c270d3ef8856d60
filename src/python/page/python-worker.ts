// Python's worker as the page sees it: the calls to it, and its end. What it sends is counted and looked at: a cell may have
// changed what makes it.

import { Backlog } from "../../engine/worker/backlog.ts";
import {
  isRequest,
  Moved,
  methodsOf,
  type PlainError,
  RpcClient,
  serve,
  toOneText,
  toPlain,
} from "../../rpc/index.ts";
import { readEmissions } from "../emissions.ts";
import {
  type CellToRun,
  type Ending,
  mostMessages,
  type PageCalls,
  type PythonFiles,
  type WorkerCalls,
} from "../messages.ts";
import type { Channel, Completions, Documentation, Emission, FolderChange } from "../types.ts";
import { readCompletions, readEnding } from "./endings.ts";
import { notStarted } from "./errors.ts";

/** have a model opened, and give a port to the engine that has it; `onStop`: the engine behind that port has stopped */
export type OpenModel = (name: string, onStop: () => void) => Promise<MessagePort>;

export class PythonWorker {
  /** called when it has ended by itself */
  onDeath: (why: string) => void = () => {};
  readonly #channel: Channel;
  readonly #rpc: RpcClient<WorkerCalls, string>;
  #closed = false;

  constructor(channel: Channel, open: OpenModel) {
    this.#channel = channel;
    this.#rpc = new RpcClient(
      channel.port,
      (error: Partial<PlainError> | undefined) => new Error(String(error?.message ?? "it does not say why")),
    );
    const methods = methodsOf<PageCalls>({
      open: async (_, name) => {
        const port = await open(name, () => this.#rpc.notify("disconnected"));
        return new Moved(port, port);
      },
      fatal: (_, message) => this.#die(String(message)),
    });
    const answer = serve(channel.port, methods, toOneText);
    const backlog = new Backlog(mostMessages);
    channel.onFailure = (why) => this.#die(why);
    channel.port.onmessage = ({ data }) => {
      if (this.#closed) return;
      if (!backlog.add()) return this.#die("it sent more messages than the page can read");
      void backlog.done();
      if (isRequest(data)) void answer(data);
      else this.#rpc.receive(data);
    };
  }

  /** Start Python, from a snapshot of its memory where there is one. */
  async boot(files: PythonFiles, snapshot: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const transfer = [...buffersOf(files), ...(snapshot ? [snapshot.buffer] : [])];
    await this.#rpc.call("boot", [files, snapshot], { transfer }).catch(didNotStart);
  }

  /** What Python's memory is after its start, in a worker that is good for nothing else. */
  snapshot(files: PythonFiles): Promise<Uint8Array<ArrayBuffer>> {
    return this.#rpc.call("snapshot", [files], { transfer: buffersOf(files) }).catch(didNotStart);
  }

  async run(
    cell: CellToRun,
    onOutput: (output: Emission) => void,
  ): Promise<{ ending: Ending; folder: FolderChange | undefined }> {
    const onProgress = (outputs: string) => {
      this.#rpc.notify("taken");
      const read = readEmissions(outputs);
      if (!read) this.#die("it sent something that is not an output");
      else for (const output of read) onOutput(output);
    };
    const transfer = cell.folder.put.map(({ bytes }) => bytes.buffer);
    const ran = await this.#rpc.call("run", [cell], { onProgress, transfer }).catch(this.#failed);
    return { ending: readEnding(ran?.ending), folder: ran?.folder };
  }

  async complete(source: string, position: number): Promise<Completions> {
    const found = await this.#rpc.call("complete", [source, position]).catch(this.#failed);
    return readCompletions(found, position);
  }

  inspect(source: string, position: number): Promise<Documentation | undefined> {
    return this.#rpc.call("inspect", [source, position]).catch(this.#failed);
  }

  /** Ask the running cell to stop. */
  interrupt(): void {
    this.#rpc.notify("interrupt");
  }

  /** End it at once, whatever it is doing. */
  close(why: Error = new DOMException("Python was ended.", "AbortError")): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel.close();
    this.#rpc.end(why);
  }

  /** Cells' own errors are outputs; a call that fails means that Python is broken. */
  readonly #failed = (error: unknown): never => {
    this.#die(toPlain(error).message);
    throw error;
  };

  #die(why: string): void {
    if (this.#closed) return;
    this.close(new Error(why));
    this.onDeath(why);
  }
}

function didNotStart(error: unknown): never {
  throw notStarted(toPlain(error).message);
}

function buffersOf({ wasm, stdlib }: PythonFiles): ArrayBuffer[] {
  return [wasm.buffer, stdlib.buffer];
}
