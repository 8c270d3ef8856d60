// A text from the server whose hash nobody knows beforehand: a manifest, the list of models, a notebook. It is asked for
// again, and given up, by the same rules as a file.

import { again } from "./again.ts";
import { StorageError } from "./errors.ts";
import { connectionLost, Failure, problemOf, silent, unreachable } from "./failure.ts";
import { defaultPatience, type Patience, StallTimer } from "./retry.ts";
import type { Retry } from "./types.ts";

export interface TextPorts {
  fetch: typeof globalThis.fetch;
  /** bytes of the longest text that is taken */
  longest: number;
  signal?: AbortSignal | undefined;
  /** how often and how long a server is given another chance */
  patience?: Patience | undefined;
  /** called when an attempt has failed and another one will be made */
  onRetry?: ((retry: Retry) => void) | undefined;
}

/**
 * The bytes at an address, as they are on the server now.
 * @throws StorageError "network"; "file-missing" where the server says that there is none; "file-corrupt" where it
 * answers with a web page, or without an end; the signal's reason when it aborts
 */
export async function fetchBytes(url: string, ports: TextPorts): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, onRetry, patience = defaultPatience } = ports;
  signal?.throwIfAborted();
  return again(() => request(url, ports, patience), { patience, signal, onRetry });
}

/** The text at an address, in UTF-8; else as {@link fetchBytes}. */
export async function fetchText(url: string, ports: TextPorts): Promise<string> {
  return new TextDecoder().decode(await fetchBytes(url, ports));
}

async function request(
  url: string,
  { fetch, longest, signal }: TextPorts,
  patience: Patience,
): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = { file: url };
  const timer = new StallTimer(patience.stall, signal);
  let begun = false;
  try {
    const response = await fetch(url, { cache: "no-cache", signal: timer.signal });
    begun = true;
    timer.alive();
    const problem = problemOf(response, wanted, patience);
    if (problem) {
      await response.body?.cancel().catch(() => {});
      throw problem;
    }
    return await bodyOf(response, url, longest, timer);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (timer.stalled) throw new Failure(silent(wanted, begun, patience.stall), "rest");
    throw new Failure(begun ? connectionLost(wanted, error) : unreachable(wanted, error), "rest");
  } finally {
    timer.end();
  }
}

/** the whole body, unless it is longer than it may be */
async function bodyOf(
  response: Response,
  url: string,
  longest: number,
  timer: StallTimer,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    timer.alive();
    parts.push(value);
    length += value.byteLength;
    if (length <= longest) continue;
    await reader.cancel().catch(() => {});
    const error = new StorageError(
      "file-corrupt",
      `${url} is longer than ${longest} bytes.`,
      "Check the address.",
    );
    throw new Failure(error, "nothing");
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
