// npm run record: computes the result that stands on the page before the first run, from the exported practice model

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createNodeEngine, manifestUrl } from "../src/engine/node.ts";
import { tutorial } from "../src/model/index.ts";
import { PRACTICE } from "./catalog.ts";
import { ExportError } from "./errors.ts";
import { main } from "./main.ts";

const target = "src/ui/experiment/recorded.json";

await main(`npm run record: writes ${target} from public/models/${PRACTICE}`, async () => {
  const folder = `public/models/${PRACTICE}`;
  if (!existsSync(`${folder}/manifest.json`))
    throw new ExportError(`${folder} has not been exported.`, "Run npm run practice first.");
  const engine = createNodeEngine(folder);
  try {
    await engine.load(manifestUrl(folder), { device: "wasm" });
    const result = await engine.run(tutorial);
    // digits beyond fp32's own would only make the page's script longer
    const short = (_key: string, value: unknown) =>
      typeof value === "number" ? Number(value.toPrecision(10)) : value;
    await writeFile(target, `${JSON.stringify(result, short, 2)}\n`);
    console.log(`wrote ${target}`);
  } finally {
    await engine.dispose();
  }
});
