// The experiment as a page of its own without anything round it, for frames: embed.html. Its address holds the settings,
// in the fragment or, where a course system cuts that off, in the query.

import { tellHeight } from "../kit/frames.ts";
import { defineExperiment } from "./neuron-experiment.ts";
import { readSettings } from "./settings-text.ts";

defineExperiment(document.baseURI);
const experiment = document.querySelector("neuron-experiment")!;

const follow = () => {
  const reading = readSettings(location, { query: true });
  const { theme } = reading.settings;
  document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
  experiment.take(reading);
};

follow();
addEventListener("hashchange", follow);
// search engines show the page with the article instead of this one
const article = document.createElement("link");
article.rel = "canonical";
article.href = new URL("experiment.html", document.baseURI).href;
document.head.append(article);
if (window.parent !== window) tellHeight();
