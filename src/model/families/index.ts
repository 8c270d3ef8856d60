// The families of models that there are.

import { bert } from "./bert.ts";
import type { Family } from "./family.ts";

/** by name; the first is that of manifests that name none */
export const families = new Map<string, Family>([[bert.name, bert]]);

export const defaultFamily = bert.name;

export type { Dimensions, Family, HookPoint } from "./family.ts";
