// What an earlier download of a model from the Hub has left here. A page asks this before the engine is started.

import { sumOf, type WeightStore } from "../../storage/index.ts";
import type { HubModel } from "../types.ts";
import { leftBehind, piecesOf } from "./pieces.ts";

/**
 * Bytes of a model's weights that an earlier download has left here, and that are not downloaded again.
 * @param name the model will be called so, and was when it was downloaded
 */
export async function arrivedOf(model: HubModel, name: string, store: WeightStore): Promise<number> {
  if (!resumes(model)) return 0;
  const [left, keys] = [await leftBehind(name, store), await store.keys()];
  const pieces = model.weights.flatMap((path) => piecesOf(left, model.commit, path));
  return sumOf(pieces.filter((piece) => keys.has(piece.sha256)));
}

/** Can a download that was stopped be gone on with? Where nobody tells a file's hash its pieces could be of two versions. */
export function resumes({ files, weights }: HubModel): boolean {
  return files.every(({ path, sha256 }) => !weights.includes(path) || sha256 !== undefined);
}
