// The site's models by the names that Python code calls them by. Pure.

import { EngineError } from "../../../model/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";

/**
 * The model of a name: the model called so; else that of this checkpoint's repository, with its owner or without one. Any
 * model called so goes before a repository: that of an opened one is the name of its folder, which may be another's.
 */
export function findModel(models: readonly ModelEntry[], name: string): ModelEntry | undefined {
  const tail = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  return (
    models.find((model) => model.name === name) ??
    models.find((model) => model.repo === name) ??
    models.find((model) => tail(model.name) === name || tail(model.repo) === name)
  );
}

/** The models that a program names in a string: what it will probably ask for. */
export function mentioned(models: readonly ModelEntry[], sources: readonly string[]): ModelEntry[] {
  const strings = sources.flatMap((source) => [...source.matchAll(/"([^"\n]+)"|'([^'\n]+)'/g)]);
  const found = strings.map(([, double, single]) => findModel(models, double ?? single ?? ""));
  return [...new Set(found)].filter((model) => model !== undefined);
}

/** Why a model cannot be opened, and which can. */
export function noSuchModel(models: readonly ModelEntry[], name: string): EngineError {
  const asked = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  const names = models.map((model) => `"${model.name}"`).join(", ");
  return new EngineError(
    "manifest-missing",
    `This site has no model called "${asked}"; it has ${names || "none"}.`,
    models[0]
      ? `Write from_pretrained("${models[0].name}"), or open the folder of "${asked}" with “Open a model…” on this site’s page experiment.html.`
      : "Ask whoever runs the site for one.",
  );
}
