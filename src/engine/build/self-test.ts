// What a model that was just made says, computed as the exporter does: its manifest's self-test.

import type { Unfinished } from "../../model/build/index.ts";
import { allFiles, openedAddress } from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import { ModelFiles } from "../load/files.ts";
import { Shards } from "../load/shards.ts";
import { goldenInputs, runSteps, selfTestOf } from "./golden.ts";
import type { BuildHost } from "./host.ts";

/** @param unfinished its files were all hashed and kept just now. @throws the signal's reason when it aborts */
export async function selfTest(
  unfinished: Unfinished,
  words: Tokenizer,
  { store, fetch, memory, runtime, patience, onCpu }: BuildHost,
  signal: AbortSignal | undefined,
) {
  const manifest = { ...unfinished, selfTest: [] };
  const version = { url: openedAddress(manifest.name), text: "", manifest };
  const files = new ModelFiles(version, { fetch, store, memory, runtime, patience });
  files.trust(allFiles(manifest));
  const steps = [...manifest.splits.at(-1)!.segments, manifest.head];
  const inputs = goldenInputs(manifest.model, words);
  const shards = new Shards(
    manifest,
    steps.map((step) => step.shards),
    { read: (file, _, allocate) => files.read(file, signal, allocate), memory, signal },
  );
  const opened = steps.map(({ graph, shards: names }) => ({
    graph: () => files.read(graph, signal),
    shards: names,
  }));
  const take = (names: readonly string[]) => {
    signal?.throwIfAborted();
    shards.keep(names);
    return shards.take(names);
  };
  try {
    const logits = await onCpu(files, signal, (on) => runSteps(on, opened, take, inputs));
    return selfTestOf(inputs, logits, manifest, words);
  } finally {
    await shards.close();
  }
}
