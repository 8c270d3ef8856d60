// Single files and shards: what is kept, what is fetched, and that nothing else is handed out.

import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { download, fetchFile, StorageError, type WeightStore } from "../../../src/storage/index.ts";
import { content, eventually, expectBytes, portsOf, publish, spec } from "./published.ts";
import { sends } from "./server.ts";
import { useServer } from "./use-server.ts";

const local = useServer();

const ports = () => portsOf(local.server, local.store);

describe("fetchFile", () => {
  const bytes = content(1);
  const file = spec("shards/layer-9-0.bin", bytes);

  it("fetches relative to the manifest, counts the bytes, and keeps them", async () => {
    local.server.answers.set(file.file, sends(bytes));
    let counted = 0;
    const got = await fetchFile(file, {
      ...ports(),
      onBytes: (n) => {
        counted += n;
      },
    });
    expectBytes(got, bytes);
    expect(counted).toBe(bytes.byteLength);
    expectBytes(await local.store.get(file.sha256), bytes);
  });

  it("asks the server for nothing when the file is kept", async () => {
    await local.store.set(file.sha256, bytes);
    expectBytes(await fetchFile(file, ports()), bytes);
    expect(local.server.asked).toEqual([]);
  });

  it.each([
    ["other bytes", content(2)],
    ["too few bytes", bytes.slice(1)],
  ])("replaces a kept file that is damaged, and says so: %s", async (_, damaged) => {
    await local.store.set(file.sha256, damaged);
    local.server.answers.set(file.file, sends(bytes));
    const repaired: string[] = [];
    const onRepair = ({ sha256 }: typeof file) => void repaired.push(sha256);
    expectBytes(await fetchFile(file, { ...ports(), onRepair }), bytes);
    expectBytes(await local.store.get(file.sha256), bytes);
    expect(repaired).toEqual([file.sha256]);
    await fetchFile(file, { ...ports(), onRepair });
    expect(repaired).toHaveLength(1);
  });

  it("replaces a kept file that the browser cannot read any more", async () => {
    local.server.answers.set(file.file, sends(bytes));
    const broken: WeightStore = {
      ...local.store,
      get: () => Promise.reject(new DOMException("gone", "UnknownError")),
    };
    expectBytes(await fetchFile(file, { ...ports(), store: broken }), bytes);
  });

  it("forgets a damaged file even when it cannot be fetched anew, and says what happened", async () => {
    await local.store.set(file.sha256, content(2));
    local.server.answers.set(file.file, (r) => r.destroy());
    await expect(fetchFile(file, ports())).rejects.toMatchObject({
      code: "network",
      message: `The kept copy of ${file.file} was damaged and could not be fetched again: The server could not be reached for ${file.file}.`,
      hint: expect.stringMatching(/connection/),
    });
    expect((await local.store.keys()).size).toBe(0);
  });

  it("counts the decoded body, whatever Content-Length says", async () => {
    const zeros = new Uint8Array(50_000);
    const compressible = spec("shards/zeros", zeros);
    const body = gzipSync(zeros);
    local.server.answers.set(
      compressible.file,
      sends(body, { "content-encoding": "gzip", "content-length": body.length }),
    );
    let counted = 0;
    const onBytes = (n: number) => {
      counted += n;
    };
    expectBytes(await fetchFile(compressible, { ...ports(), onBytes }), zeros);
    expect(counted).toBe(50_000);
  });

  it("needs no Content-Length", async () => {
    local.server.answers.set(file.file, (r) => {
      r.write(bytes.subarray(0, 60_000), () => r.end(bytes.subarray(60_000)));
    });
    expectBytes(await fetchFile(file, ports()), bytes);
  });

  it("passes on what the store says when it is full", async () => {
    local.server.answers.set(file.file, sends(bytes));
    const full = new StorageError("storage-full", "full", "free some");
    await expect(
      fetchFile(file, { ...ports(), store: { ...local.store, set: () => Promise.reject(full) } }),
    ).rejects.toBe(full);
    expect(local.server.asked).toHaveLength(1);
  });

  it("stops at once when aborted, with the request, and keeps nothing", async () => {
    let closed: Promise<unknown> | undefined;
    local.server.answers.set(file.file, (r) => {
      closed = new Promise((resolve) => r.once("close", resolve));
      r.writeHead(200, { "content-length": bytes.byteLength });
      r.write(bytes.subarray(0, 1000));
    });
    const abort = new AbortController();
    const running = fetchFile(file, { ...ports(), signal: abort.signal, onBytes: () => abort.abort() });
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await closed;
    expect((await local.store.keys()).size).toBe(0);
    expect(local.server.asked).toHaveLength(1);
  });

  it("asks for nothing when it was aborted before", async () => {
    await expect(fetchFile(file, { ...ports(), signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(local.server.asked).toEqual([]);
  });
});

describe("fetchFile, many times", () => {
  it("fetches again what a deletion in another tab swept away during the download", async () => {
    const { files, contents } = publish(local.server, 3);
    let answer: (() => void) | undefined;
    local.server.answers.set("shards/2", (r) => {
      answer = () => r.end(contents[2]);
    });
    const running = download(files, ports());
    await eventually(async () => (await local.store.keys()).size).toBe(2);
    await local.store.deleteModel("another");
    answer!();
    await running;
    expect((await local.store.keys()).size).toBe(1);
    for (const [i, each] of files.entries()) expectBytes(await fetchFile(each, ports()), contents[i]!);
    expect((await local.store.keys()).size).toBe(3);
  });

  it("needs no server when everything is kept", async () => {
    const { files, contents } = publish(local.server, 3);
    await download(files, ports());
    await local.server.close();
    for (const [i, each] of files.entries()) expectBytes(await fetchFile(each, ports()), contents[i]!);
  });

  it("says so when a file fits into no memory", async () => {
    const huge = { file: "huge", byteLength: 2 ** 53, sha256: "0".repeat(64) };
    await expect(fetchFile(huge, ports())).rejects.toMatchObject({ code: "out-of-memory" });
  });
});
