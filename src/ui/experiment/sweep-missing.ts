// What is said where the script of the search for neurons cannot be had.

import { EngineError } from "../../model/index.ts";

export const notFetched = (): EngineError =>
  new EngineError(
    "network",
    "The search for neurons could not be fetched.",
    "Check the connection and press the button again, or reload the page.",
  );
