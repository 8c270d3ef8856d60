// A whole model at once: a few files in parallel, one progress, and one tab that does it for all of them.

import { type FilePorts, fetchFile, sumOf } from "./files.ts";
import { Meter } from "./meter.ts";
import { DownloadChannel, inTurn } from "./tabs.ts";
import type { DownloadProgress, FileSpec, Retry } from "./types.ts";

/** the outside world of {@link download} */
export interface DownloadPorts extends Omit<FilePorts, "onBytes" | "onRetry"> {
  /** of the download, the same in every tab: the address of the manifest */
  name: string;
  /** called once at the start, and whenever something in it changes */
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** files on their way at the same time: enough to hide the latency of each, few enough to finish some of them */
export const parallel = 3;

/**
 * Make sure that every file is kept, fetching those that are not, a few at a time. Files that are kept count as done
 * and are not looked at: {@link fetchFile} verifies them when they are used. While another tab does the
 * same download, its progress is shown here; when it ends, for whatever reason, this tab does what is left.
 * @throws as {@link fetchFile}, the first error; the other fetches are then cut short. Finished files stay kept.
 */
export async function download(files: readonly FileSpec[], ports: DownloadPorts): Promise<void> {
  const { store, signal, name, onProgress } = ports;
  const unique = withoutTwins(files);
  const total = sumOf(unique);
  const channel = DownloadChannel.open(name, store);
  let leading = false;
  const meter = new Meter(total, (progress) => {
    if (leading) channel?.say(progress.done, total);
    onProgress?.(progress);
  });
  const missing = async () => {
    const keys = await store.keys();
    signal?.throwIfAborted();
    return unique.filter((file) => !keys.has(file.sha256));
  };
  try {
    const here = total - sumOf(await missing());
    meter.start(here);
    const onBusy = () => {
      meter.follow(here);
      channel?.follow((done, all) => {
        if (all === total) meter.follow(done);
      });
    };
    await inTurn(`download-${name}`, { store, signal, onBusy }, async () => {
      const left = await missing();
      const kept = total - sumOf(left);
      leading = true;
      channel?.lead(kept, total);
      meter.start(kept);
      await fetchAll(left, ports, meter);
    });
  } finally {
    channel?.close();
  }
}

/** Fetch files, a few at a time; the first error stops them all. */
async function fetchAll(files: readonly FileSpec[], ports: DownloadPorts, meter: Meter): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const stopByCaller = () => stop.abort(ports.signal?.reason);
  ports.signal?.throwIfAborted();
  ports.signal?.addEventListener("abort", stopByCaller);
  const queue = files.values();
  // every worker takes its next file from the one queue
  const worker = async () => {
    for (const file of queue) {
      let left = file.byteLength;
      const onBytes = (bytes: number) => {
        left -= bytes;
        meter.add(file, bytes);
      };
      const onRetry = (retry: Retry) => meter.wait(file, retry);
      meter.add(file, 0);
      await fetchFile(file, { ...ports, signal, onBytes, onRetry });
      meter.end(file, left); // what is left, another tab has kept meanwhile
    }
  };
  let first: unknown;
  try {
    await Promise.all(
      Array.from({ length: Math.min(parallel, files.length) }, () =>
        worker().catch((error: unknown) => {
          first ??= error;
          stop.abort();
        }),
      ),
    );
  } finally {
    ports.signal?.removeEventListener("abort", stopByCaller);
  }
  if (first !== undefined) throw first;
}

/** of files with the same content, the first */
function withoutTwins(files: readonly FileSpec[]): FileSpec[] {
  const seen = new Set<string>();
  return files.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
}
