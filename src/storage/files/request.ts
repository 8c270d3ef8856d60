// One request for a file: what it brings, and when it fails, what can be tried next.

import { connectionLost, damaged, Failure, problemOf, silent, unreachable, wrongLength } from "./failure.ts";
import { sha256 } from "./hash.ts";
import { type Patience, StallTimer } from "./retry.ts";
import type { FileSpec, Network, StoreKind } from "./types.ts";

/** a file on its way: what has arrived of it, over all attempts */
export interface Transfer {
  readonly file: FileSpec;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** bytes that have arrived, from the file's start */
  received: number;
  /** the most that `received` has been: bytes are counted once */
  counted: number;
  /** the server's answers to a request for the rest were of use so far */
  ranges: boolean;
  /** the last request for the rest was not answered at all */
  unanswered: boolean;
}

interface RequestPorts {
  network: Network;
  /** where the file will be kept */
  kind: StoreKind;
  patience: Patience;
  signal: AbortSignal | undefined;
  /** bytes have arrived, so many of them for the first time */
  onBytes: ((bytes: number) => void) | undefined;
}

/**
 * Ask for the file, or for what is missing of it, and verify it.
 * @param first false when asking once more, of which caches are to know nothing
 * @throws Failure; the signal's reason when it aborts
 */
export async function requestFile(transfer: Transfer, ports: RequestPorts, first: boolean): Promise<void> {
  const { file } = transfer;
  const { signal, patience } = ports;
  const timer = new StallTimer(patience.stall, signal);
  let resumed: boolean;
  try {
    const response = await request(transfer, ports, timer, first);
    resumed = response.status === 206 && transfer.ranges && transfer.received > 0;
    if (!resumed) transfer.received = 0;
    await receive(response, transfer, timer, ports.onBytes);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw new Failure(
      timer.stalled ? silent(file, transfer.received > 0, patience.stall) : connectionLost(file, error),
      "rest",
    );
  } finally {
    timer.end();
  }
  if (transfer.received < file.byteLength)
    throw new Failure(wrongLength(file, `${transfer.received} of`), "rest");
  if ((await sha256(transfer.bytes)) === file.sha256) return;
  // the parts may be of different files
  if (resumed) transfer.ranges = false;
  throw new Failure(damaged(file), "anew");
}

/** a response that can be the file, or the rest of it */
async function request(
  transfer: Transfer,
  { network, kind, patience }: RequestPorts,
  timer: StallTimer,
  first: boolean,
): Promise<Response> {
  const { fetch, base } = network; // not network.fetch(): a browser's fetch refuses any other `this`
  const { file, received, ranges } = transfer;
  const from = ranges ? received : 0;
  // What is kept need not fill the HTTP cache too (but see throughCache in src/engine/worker/compiled.ts). Where nothing is
  // kept, the HTTP cache saves what is still fresh in it.
  const cache = kind !== "memory" ? "no-store" : first ? "no-cache" : "reload";
  const init: RequestInit = { cache, signal: timer.signal };
  if (from > 0) init.headers = { range: `bytes=${from}-` };
  transfer.unanswered = from > 0;
  let response: Response;
  try {
    response = await fetch(new URL(file.file, base).href, init);
  } catch (error) {
    if (timer.signal.aborted) throw error;
    throw new Failure(unreachable(file, error), "rest");
  }
  transfer.unanswered = false;
  timer.alive();
  const problem = rangeProblem(response, transfer, from) ?? problemOf(response, file, patience);
  if (problem === undefined) return response;
  await response.body?.cancel().catch(() => {});
  throw problem;
}

/** the body's decoded bytes, as they come */
async function receive(
  response: Response,
  transfer: Transfer,
  timer: StallTimer,
  onBytes: ((bytes: number) => void) | undefined,
): Promise<void> {
  const { file, bytes } = transfer;
  const reader = response.body?.getReader();
  try {
    while (reader) {
      const { done, value } = await reader.read();
      if (done) break;
      timer.signal.throwIfAborted();
      timer.alive();
      if (transfer.received + value.byteLength > bytes.byteLength)
        throw new Failure(wrongLength(file, "more than its"), "anew");
      bytes.set(value, transfer.received);
      transfer.received += value.byteLength;
      const fresh = Math.max(0, transfer.received - transfer.counted);
      transfer.counted += fresh;
      onBytes?.(fresh);
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    throw error;
  }
}

/**
 * Why a response is not the part that was asked for. Of a server on another origin the headers may be hidden; then the
 * hash tells. After an answer that is of no use the file is asked for from its start.
 */
function rangeProblem({ status, headers }: Response, transfer: Transfer, from: number): Failure | undefined {
  if (from === 0 || (status !== 206 && status !== 416)) return undefined;
  const { file } = transfer;
  const [, start] = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "") ?? [];
  const other = start !== undefined && Number(start) !== from;
  if (status === 206 && !other && !headers.has("content-encoding")) return undefined;
  transfer.ranges = false;
  return new Failure(status === 416 ? wrongLength(file, `${from} of`) : damaged(file), "rest");
}
