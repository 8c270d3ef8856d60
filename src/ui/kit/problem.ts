// What was thrown, as the page says it.

import { EngineError } from "../../model/index.ts";
import type { Problem } from "../experiment/spec.ts";

/** The problem of an error; one that nobody expected goes to the console, too. */
export function toProblem(error: unknown): Problem {
  if (error instanceof EngineError) return error;
  console.error(error);
  return { code: "runtime", message: String(error), hint: "Reload the page and try again." };
}
