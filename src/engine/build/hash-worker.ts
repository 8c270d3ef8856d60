// The script of a worker that hashes one file.

import { methodsOf, serve } from "../../rpc/index.ts";
import { hashFile } from "./hash-file.ts";
import type { HashCalls } from "./hash-in-worker.ts";

declare const self: DedicatedWorkerGlobalScope;

const answer = serve(
  self,
  methodsOf<HashCalls, number>({
    hash: ({ signal, report }, file) => hashFile(file, { signal, onHashed: report }),
  }),
);
self.onmessage = ({ data }) => answer(data);
