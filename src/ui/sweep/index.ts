// The search for neurons, in a script of its own that is fetched when somebody asks for it.

import "./nn-sweep.ts";

export { SweepSession } from "./sweep-session.ts";
