// The large parts that drawing text takes, and which of them a text needs. Formulas and colours are used by prose, too.

import { Part } from "./part.ts";

/** Python in colours */
export const colours = new Part(() => import("./highlight.ts"));

/** TeX to MathML */
export const formulas = new Part(() => import("./formulas.ts"));
