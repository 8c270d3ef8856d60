// BERT, post-LN: a layer's MLP reads the normalized residual stream, and its output is added to that.

import type { Family } from "./family.ts";
import { activationOf, neurons, postNormPoints, readBertLike, withOldNorms } from "./post-norm.ts";

export const bert: Family = {
  name: "bert",
  title: "BERT",
  neurons,
  hookPoints: postNormPoints,
  checkpoint: {
    modelTypes: ["bert"],
    architecture: "BertForMaskedLM",
    prefixes: ["bert.", "cls."],
    read(config) {
      const { activation } = activationOf(config);
      // BertPredictionHeadTransform: the head has the layers' activation
      return { ...readBertLike(config), ...(activation && { activation, headActivation: activation }) };
    },
    spellings(name) {
      // transformers computes with decoder.bias, and fills it from the other name where it is missing
      if (name === "cls.predictions.bias") return ["cls.predictions.decoder.bias", name];
      return withOldNorms(name);
    },
  },
};
