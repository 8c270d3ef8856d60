// Once per run: every fixture and the practice model are exported. Tests get the folder by inject("models").

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import type { Encoding } from "../../src/model/checkpoint/encode.ts";
import { checkpoints, practice, practiceCheckpoint, tiny } from "./fixtures.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** folder of exported models, one folder each */
    models: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const models = mkdtempSync(join(tmpdir(), "neuron-notebook-models-"));
  await exportModels(models);
  project.provide("models", models);
  return () => rmSync(models, { recursive: true, force: true });
}

/** Export every fixture and the practice model into folders of their names. */
export async function exportModels(models: string): Promise<void> {
  for (const name of tiny) await exportFolder(join(checkpoints, name), join(models, name));
  // its weights are stored as fp16 in the checkpoint already, so nothing is rounded; `npm run practice` does the same
  await exportFolder(practiceCheckpoint, join(models, practice), "fp16");
}

async function exportFolder(from: string, out: string, encoding: Encoding = "fp32"): Promise<void> {
  const checkpoint = await openFolder(from);
  try {
    await exportModel(checkpoint, { out, encoding });
  } finally {
    await checkpoint.close();
  }
}
