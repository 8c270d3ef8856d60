// A page with nothing on it but the engine, built by the same configuration as the site: tests drive the real client,
// worker, runtime and store through it.

import { createEngine, detect, tutorial } from "../../../src/engine/index.ts";
import * as storage from "../../../src/storage/index.ts";

/** the same engine, whose worker counts the memory it holds; see metered.ts */
const meteredEngine = () =>
  createEngine(() => new Worker(new URL("./metered.ts", import.meta.url), { type: "module" }));

const harness = { engine: createEngine(), createEngine, meteredEngine, detect, storage, tutorial };

export type Harness = typeof harness;

Object.assign(window, { harness });
