// The families of models that there are.

import { albert } from "./albert.ts";
import { bert } from "./bert.ts";
import { distilbert } from "./distilbert.ts";
import { electra } from "./electra.ts";
import type { Family } from "./family.ts";
import { modernbert } from "./modernbert.ts";
import { mpnet, RELATIVE_BIAS } from "./mpnet.ts";
import { roberta } from "./roberta.ts";
import type { Shape } from "./shape.ts";

/** by name; the first is that of manifests that name none */
export const families = new Map<string, Family>(
  [bert, roberta, distilbert, electra, mpnet, albert, modernbert].map((family) => [family.name, family]),
);

export const defaultFamily = bert.name;

/** The family of a model. */
export const familyOf = ({ family = defaultFamily }: Pick<Shape, "family">): Family => families.get(family)!;

export type { CheckpointSide, Family, GraphSide, HookPoint, Readers } from "./family.ts";
export {
  type Activation,
  type Attribute,
  activations,
  type Dimensions,
  type GraphTools,
  type Shape,
  type ShardTensors,
  type Value,
} from "./shape.ts";
export { RELATIVE_BIAS };
