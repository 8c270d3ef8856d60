// The practice model's checkpoint beside its exported form, for who takes a notebook to Python: Hugging Face's libraries
// read these files, and no hub has them.

import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const from = "model-export/minibert-blimp/checkpoint";
/** relative to the site */
const at = "models/minibert-blimp/checkpoint";
const names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"];

/** @param root the folder of the project */
export function practiceCheckpoint(root: string): Plugin {
  return {
    name: "practice-checkpoint",
    generateBundle() {
      for (const name of names)
        this.emitFile({
          type: "asset",
          fileName: `${at}/${name}`,
          source: readFileSync(join(root, from, name)),
        });
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const name = names.find((known) => request.url === `/${at}/${known}`);
        if (name) createReadStream(join(root, from, name)).pipe(response);
        else next();
      });
    },
  };
}
