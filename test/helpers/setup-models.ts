// Once per run: every fixture and the practice model are exported. Tests get the folder by inject("models").

import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import type { Encoding } from "../../src/model/checkpoint/encode.ts";
import { built } from "./built.ts";
import { families, familyCheckpoints } from "./families.ts";
import { checkpoints, practice, practiceCheckpoint, tiny } from "./fixtures.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** folder of exported models, one folder each */
    models: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide("models", await exportedModels());
}

/** what exporting depends on */
const inputs = [
  "model-export",
  "src/model",
  "src/engine",
  "src/storage",
  "test/fixtures/checkpoints",
  "test/fixtures/families",
  "test/helpers/families.ts",
  "test/helpers/fixtures.ts",
  "test/helpers/setup-models.ts",
  "package-lock.json",
];

/** The folder where every fixture and the practice model lie exported, in folders of their names. */
export function exportedModels(): Promise<string> {
  return built("models", inputs, async (folder) => {
    for (const name of tiny) await exportFolder(join(checkpoints, name), join(folder, name));
    for (const name of families) await exportFolder(join(familyCheckpoints, name), join(folder, name));
    // its weights are stored as fp16 in the checkpoint already, so nothing is rounded; `npm run practice` does the same
    await exportFolder(practiceCheckpoint, join(folder, practice), "fp16");
  });
}

async function exportFolder(from: string, out: string, encoding: Encoding = "fp32"): Promise<void> {
  const checkpoint = await openFolder(from);
  try {
    await exportModel(checkpoint, { out, encoding });
  } finally {
    await checkpoint.close();
  }
}
