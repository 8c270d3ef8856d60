// What a page can call at the engine's worker: the engine's methods, without the options' functions and signals, which
// cannot be posted.

import type { ExperimentSpec, SweepResult, SweepSpec } from "../../model/index.ts";
import type { Request as RpcRequest } from "../../rpc/index.ts";
import type { StoreKind } from "../../storage/index.ts";
import type {
  ChosenFile,
  Engine,
  FindProgress,
  ForwardSpec,
  HubModel,
  HubQuestion,
  LoadOptions,
  OpenOptions,
  OpenProgress,
  Progress,
  SweepProgress,
} from "../types.ts";

type Answer<M extends Exclude<keyof Engine, "model">> = ReturnType<Engine[M]>;

export interface EngineCalls {
  state(url: string): Answer<"state">;
  load(url: string, options: Pick<LoadOptions, "device" | "keep">): Answer<"load">;
  find(question: HubQuestion): Answer<"find">;
  open(from: readonly ChosenFile[] | HubModel, options: Pick<OpenOptions, "name" | "keep">): Answer<"open">;
  tokenize(sentence: string): Answer<"tokenize">;
  words(): Answer<"words">;
  run(spec: ExperimentSpec): Answer<"run">;
  forward(spec: ForwardSpec): Answer<"forward">;
  /** its records come in reports, and not once more at the end */
  sweep(spec: SweepSpec): Promise<Omit<SweepResult, "records">>;
  connect(port: MessagePort): Answer<"connect">;
  remove(name: string): Answer<"remove">;
  /** Keep files in the store that the port's other end serves. */
  use(port: MessagePort, kind: StoreKind): Answer<"use">;
  dispose(): Answer<"dispose">;
}

/** what calls report on their way: "load", "find", "open", "sweep" */
export type Report = Progress | FindProgress | OpenProgress | SweepProgress;

/** a message to the worker */
export type Request = RpcRequest;
