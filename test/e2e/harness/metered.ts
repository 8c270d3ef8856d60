// The engine's worker with its memory counted: `self.ledger` tells what it held.

import { LocalEngine } from "../../../src/engine/engine.ts";
import { ports } from "../../../src/engine/worker/browser-ports.ts";
import { serveEngine } from "../../../src/engine/worker/serve.ts";
import { Ledger } from "../../engine/runtime/ledger.ts";

const ledger = new Ledger();
Object.assign(self, { ledger });
serveEngine(new LocalEngine(ledger.count(ports)), self);
