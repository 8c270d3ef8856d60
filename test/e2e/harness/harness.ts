// A page with nothing on it but the engine, built by the same configuration as the site: tests drive the real client,
// worker, runtime and store through it.

import { createEngine, detect, tutorial } from "../../../src/engine/index.ts";
import * as storage from "../../../src/storage/index.ts";

const harness = { engine: createEngine(), createEngine, detect, storage, tutorial };

export type Harness = typeof harness;

Object.assign(window, { harness });
