// Which of the files that a person chose are the checkpoint: those that lie beside the one config.json. A folder may have
// subfolders, and a folder of models may have been chosen for one of them.

import { CheckpointError } from "../../model/checkpoint/index.ts";

/** a file with its place among those that were chosen, as a browser says it */
export interface ChosenFile {
  /** "bert-base-cased/config.json" where a folder was chosen, "config.json" where files were */
  path: string;
  file: Blob;
}

/** the files of one folder */
export interface ChosenFolder {
  /** the folder's name; "" where files without a folder were chosen */
  name: string;
  files: ReadonlyMap<string, Blob>;
}

/**
 * The folder of the checkpoint.
 * @throws CheckpointError when there is no config.json, or one in several folders
 */
export function checkpointFolder(chosen: readonly ChosenFile[]): ChosenFolder {
  const placed = chosen.map(({ path, file }) => ({ steps: path.split("/"), file }));
  const configs = placed.filter(({ steps }) => steps.at(-1) === "config.json");
  const depth = Math.min(...configs.map(({ steps }) => steps.length));
  const [config, other] = configs.filter(({ steps }) => steps.length === depth);
  if (!config) throw noConfig(chosen);
  const place = ({ steps }: { steps: string[] }) => steps.slice(0, -1).join("/");
  if (other)
    throw new CheckpointError(
      `There is a config.json in ${place(config)} and in ${place(other)}.`,
      "Choose the folder of one model.",
    );
  const beside = placed.filter((each) => place(each) === place(config));
  return {
    name: config.steps.at(-2) ?? "",
    files: new Map(beside.map(({ steps, file }) => [steps.at(-1)!, file])),
  };
}

function noConfig(chosen: readonly ChosenFile[]): CheckpointError {
  const [first] = chosen;
  const top = first?.path.split("/")[0];
  const where = first?.path.includes("/") ? `The folder ${top}` : "What was chosen";
  return new CheckpointError(
    chosen.length === 0 ? "The folder is empty." : `${where} has no config.json.`,
    "Choose the folder of a masked language model as Hugging Face publishes it, with config.json, its weights and its tokenizer.",
  );
}
