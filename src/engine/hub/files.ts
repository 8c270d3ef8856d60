// A model on the Hub as the files of a checkpoint: small ones whole, weights as weights-file.ts has them.

import type { Reading } from "../../model/build/index.ts";
import type { ByteSource, CheckpointFiles } from "../../model/checkpoint/index.ts";
import { addressOf, HubError, sourceFile, sourceText } from "../../model/hub/index.ts";
import { type Retry, refusing, sha256 } from "../../storage/index.ts";
import type { HubModel, OpenProgress } from "../types.ts";
import { fetchFile, type HubPorts, plain, refused } from "./find.ts";
import { mostAtOnce } from "./room.ts";
import { PIECE, type PieceStore, WeightsFile } from "./weights-file.ts";

interface FilesPorts extends HubPorts {
  store: PieceStore;
  onProgress: (progress: OpenProgress) => void;
}

/** the files of a model on the Hub */
export interface HubFiles extends CheckpointFiles {
  /** Have all weights here. */
  download(): Promise<void>;
  /** From now on all weights are read once; what was read is forgotten. */
  readOnce(): void;
  /** bytes of the weights */
  readonly bytes: number;
  /** The most bytes that weights of which each is forgotten when it was read, and what is made of them, take together. */
  mostAtOnce(readings: readonly Reading[]): number;
}

/** The files of a model that was found; nothing is asked for before one is read. */
export function hubFiles(model: HubModel, ports: FilesPorts): HubFiles {
  const { endpoint, repo, commit, name, licence } = model;
  const hub = { endpoint, repo };
  const known = new Map(model.files.map((file) => [file.path, file]));
  const texts = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const origin = new TextEncoder().encode(sourceText({ repo: name, commit, licence }));

  const total = model.weights.reduce((sum, path) => sum + known.get(path)!.size, 0);
  let done = 0;
  const report = (waiting?: Retry) => ports.onProgress({ kind: "fetching", done, total, waiting });
  const weights = new Map(
    model.weights.map((path) => {
      const file = new WeightsFile(known.get(path)!, ports.store, {
        ...ports,
        fetch: refusing(plain(ports.fetch), (status) => refused(status, path, hub)),
        url: addressOf.file(hub, commit, path),
        name: `${repo}/${path}`,
        onRetry: report,
        onBytes: (bytes) => {
          // what was wrong comes once more
          done = Math.min(total, done + bytes);
          report();
        },
      });
      return [path, file];
    }),
  );

  const text = async (path: string) => {
    const bytes = await fetchFile(hub, commit, path, { ...ports, onRetry: report });
    const { size, sha256: hash } = known.get(path)!;
    if (bytes.byteLength === size && (hash === undefined || (await sha256(bytes)) === hash)) return bytes;
    throw new HubError(
      `${repo}/${path} is not the file that the Hub announced: it has ${bytes.byteLength} bytes, and ${size} were announced.`,
      "Try again.",
    );
  };

  return {
    path: repo,
    name: repo,
    names: new Set([...known.keys(), sourceFile]),
    async open(path) {
      const file = weights.get(path);
      if (file) return file;
      if (path === sourceFile) return inMemory(origin as Uint8Array<ArrayBuffer>);
      // the configuration is read twice
      const coming = texts.get(path) ?? text(path);
      texts.set(path, coming);
      return inMemory(await coming);
    },
    async download() {
      for (const file of weights.values()) await file.download();
    },
    readOnce() {
      for (const file of weights.values()) file.readOnce();
    },
    bytes: total,
    mostAtOnce: (readings) =>
      mostAtOnce(readings, new Map([...weights].map(([path, { size }]) => [path, size])), PIECE),
  };
}

function inMemory(bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    size: bytes.byteLength,
    read: async (position, length) => bytes.slice(position, position + length),
    sha256: () => sha256(bytes),
    close: async () => {},
  };
}
