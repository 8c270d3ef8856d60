// What a browser keeps for the site, looked at from outside the site's own code, and what the site had to ask for.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { allFiles, type Manifest } from "../../src/model/index.ts";
import type { StoredModel } from "../../src/storage/index.ts";
import type { StaticServer } from "./server.ts";

/** One request to the site's IndexedDB, by a page of the site. */
function ask<T>(page: Page, database: "files" | "models", body: string): Promise<T> {
  return page.evaluate(`(async () => {
    const settled = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const connection = await settled(indexedDB.open("neuron-notebook-${database}"));
    try {
      if (!connection.objectStoreNames.contains("${database}")) return [];
      const objects = connection.transaction("${database}", "readwrite").objectStore("${database}");
      ${body}
    } finally {
      connection.close();
    }
  })()`);
}

/** Hashes of the files that are kept, sorted. */
export async function keptFiles(page: Page): Promise<string[]> {
  return (await ask<string[]>(page, "files", "return settled(objects.getAllKeys())")).sort();
}

/** The records of models that are kept. */
export async function keptModels(
  page: Page,
): Promise<{ name: string; unfinished: boolean; files: string[] }[]> {
  const records = await ask<StoredModel[]>(page, "models", "return settled(objects.getAll())");
  return records.map(({ name, unfinished, files }) => ({
    name,
    unfinished,
    files: files.map(({ sha256 }) => sha256).sort(),
  }));
}

/** Change one bit of a kept file. */
export async function damage(page: Page, sha256: string): Promise<void> {
  await ask(
    page,
    "files",
    `const kept = await settled(objects.get("${sha256}"));
     const bytes = new Uint8Array(await new Response(kept).arrayBuffer());
     bytes[bytes.length >> 1] ^= 1;
     const again = connection.transaction("files", "readwrite").objectStore("files");
     await settled(again.put(kept instanceof Blob ? new Blob([bytes]) : bytes.buffer, "${sha256}"));`,
  );
}

/** Keys whose bytes do not hash to them: always none, unless a test has damaged something. */
export function wronglyKept(page: Page): Promise<string[]> {
  return ask(
    page,
    "files",
    `const [keys, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())]);
     const wrong = [];
     for (const [i, key] of keys.entries()) {
       const bytes = await new Response(values[i]).arrayBuffer();
       const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
       const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
       if (hex !== key) wrong.push(key);
     }
     return wrong;`,
  );
}

/** Hashes of all files of an exported model, sorted. */
export function filesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  return [...new Set(allFiles(manifest).map(({ sha256 }) => sha256))].sort();
}

/** Names, below a built site's assets/, of ONNX Runtime's files that this Chromium takes: those of the build with JSPI. */
export function runtimeNames(site: string): string[] {
  return readdirSync(join(site, "assets")).filter((name) => /^ort-jspi-.*\.wasm$/.test(name));
}

/** Hashes of ONNX Runtime's files in a built site, sorted. */
function runtimeFiles(site: string): string[] {
  return runtimeNames(site)
    .map((name) => hash(readFileSync(join(site, "assets", name))))
    .sort();
}

/** Hashes of all that is kept of an exported model which can run: its own files and ONNX Runtime's, sorted. */
export function completeFiles(model: string, site: string): string[] {
  return [...filesOf(model), ...runtimeFiles(site)].sort();
}

export function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** How often each file that is kept under its hash was asked for since the server's list was emptied. */
export function fetched(server: StaticServer): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const path of server.requests) if (isKeptFile(path)) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}

/** weights, graphs, the tokenizer's files, ONNX Runtime; everything else belongs to the page and to the HTTP cache */
function isKeptFile(path: string): boolean {
  return /\/models\/[^/]+\/(weights\/|graphs\/|tokenizer)|\.wasm$/.test(path);
}

/** Paths of all those files on a server, each asked for once: what a first load fetches. */
export function everythingOnce(prefix: string, model: string, modelFolder: string, site: string) {
  const manifest = JSON.parse(readFileSync(join(modelFolder, "manifest.json"), "utf8")) as Manifest;
  const paths = [
    ...allFiles(manifest).map(({ file }) => `${prefix}models/${model}/${file}`),
    ...runtimeNames(site).map((name) => `${prefix}assets/${name}`),
  ];
  return Object.fromEntries(paths.map((path) => [path, 1]));
}

/** The text of the manifest of an opened model that is kept. */
export async function keptManifest(page: Page, name: string): Promise<string> {
  const records = await ask<StoredModel[]>(page, "models", "return settled(objects.getAll())");
  return records.find((record) => record.name === name && !record.unfinished)!.manifest;
}
