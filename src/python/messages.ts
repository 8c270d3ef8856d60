// The messages between the page and Python's worker.

import type { Completions, Documentation, Outcome, UnrunCell } from "./types.ts";
import type { FolderChange } from "./worker/folder.ts";

/** modules of the standard library that are in a snapshot: what neuron_kernel and its like import */
export const preloaded =
  "array, ast, base64, builtins, collections, contextlib, difflib, functools, html, importlib, inspect, io, itertools, " +
  "json, linecache, math, pprint, random, re, signal, statistics, symtable, sys, time, traceback, types, warnings";

/** how a cell ended, as Python tells it */
export type Ending = Pick<Outcome, "kind" | "assigned" | "used" | "reimported">;

/** messages of a worker that may wait unread in the page; it keeps far below it */
export const mostMessages = 64;
/** messages with outputs that a worker has under way at a time */
export const mostOutputs = 4;

/** what Python starts from */
export interface PythonFiles {
  wasm: Uint8Array<ArrayBuffer>;
  stdlib: Uint8Array<ArrayBuffer>;
}

/** a cell that is to run */
export interface CellToRun {
  source: string;
  cell: string;
  count: number;
  unrun: readonly UnrunCell[];
  folder: FolderChange;
}

/** what the page calls in Python's worker */
export interface WorkerCalls {
  /** @param snapshot Python's memory to start from */
  boot(files: PythonFiles, snapshot: Uint8Array<ArrayBuffer> | undefined): void;
  /** start Python only to take a snapshot of it: it is not whole after that */
  snapshot(files: PythonFiles): Uint8Array<ArrayBuffer>;
  /** reports outputs, as JSON of a list of them */
  run(cell: CellToRun): { ending: Ending; folder: FolderChange };
  complete(source: string, position: number): Completions;
  inspect(source: string, position: number): Documentation | undefined;
  /** notification: a report of outputs has been read */
  taken(): void;
  /** notification: the running cell is to stop */
  interrupt(): void;
  /** notification: the engine has stopped, and answers nothing on the port it gave */
  disconnected(): void;
}

/** what Python's worker calls in the page */
export interface PageCalls {
  /** have this model opened; a port to the engine that has it */
  open(name: string): MessagePort;
  /** notification: Python has ended and answers nothing any more */
  fatal(message: string): void;
}
