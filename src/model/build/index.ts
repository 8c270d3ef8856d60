// A checkpoint made into a model that is cut at hook points; the same in Node and in a tab.

export {
  type BuildOptions,
  type BuiltFile,
  buildFiles,
  finish,
  keptBytes,
  type Reading,
  readings,
  rounds,
  type Unfinished,
} from "./build.ts";
