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

export type ToWorker =
  | {
      kind: "boot";
      wasm: Uint8Array<ArrayBuffer>;
      stdlib: Uint8Array<ArrayBuffer>;
      /** Python's memory to start from */
      snapshot: Uint8Array<ArrayBuffer> | undefined;
    }
  /** start Python only to take a snapshot of it: it is not whole after that */
  | { kind: "snapshot"; wasm: Uint8Array<ArrayBuffer>; stdlib: Uint8Array<ArrayBuffer> }
  | {
      kind: "run";
      id: number;
      source: string;
      cell: string;
      count: number;
      unrun: readonly UnrunCell[];
      folder: FolderChange;
    }
  | { kind: "complete" | "inspect"; id: number; source: string; position: number }
  /** answers "open"; with a port to the engine when the model is open */
  | { kind: "opened"; id: number; error: string | undefined; code?: string | undefined }
  /** the engine has stopped, and answers nothing on the port it gave */
  | { kind: "disconnected" }
  /** one of the messages with outputs has been read */
  | { kind: "taken" }
  | { kind: "interrupt" };

export type FromWorker =
  | { kind: "booted" }
  | { kind: "snapshot"; bytes: Uint8Array<ArrayBuffer> }
  /** outputs: JSON of a list of them */
  | { kind: "outputs"; id: number; outputs: string }
  | { kind: "ran"; id: number; ending: Ending; folder: FolderChange }
  | { kind: "completed"; id: number; completions: Completions }
  | { kind: "inspected"; id: number; found: Documentation | undefined }
  /** Python wants this model */
  | { kind: "open"; id: number; name: string }
  /** Python has ended and answers nothing any more */
  | { kind: "fatal"; message: string };
