// The script of the engine's worker.

import { LocalEngine } from "../engine.ts";
import { ports } from "./browser-ports.ts";
import { serveEngine } from "./serve.ts";

declare const self: DedicatedWorkerGlobalScope;

serveEngine(new LocalEngine(ports), self);
