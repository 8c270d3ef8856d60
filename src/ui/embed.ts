// The script of other sites' pages, built as embed.js beside the site that it belongs to: worker, models and everything
// else are found relative to it.

import { defineExperiment } from "./experiment/neuron-experiment.ts";
import { followFrames } from "./kit/frames.ts";
import { defineNotebook } from "./notebook/neuron-notebook.ts";

// the server of `npm run dev` has this script elsewhere
const site = new URL(import.meta.env.DEV ? "/" : ".", import.meta.url);

defineExperiment(site.href);
defineNotebook(site.href);
followFrames(site.origin);
