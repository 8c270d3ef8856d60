// What a host has to take, and what it is told: sizes, addresses, headers, the manifest that makes the site installable.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { headersOf, type Rule, readRules, rulesFor, writeRules } from "../../vite/headers.ts";
import { sizeLimit } from "../../vite/size-limit.ts";
import { root } from "../helpers/fixtures.ts";

const site = () => inject("site");
const text = (name: string) => readFileSync(join(site(), name), "utf8");

/** every file of the site by its path there */
function files(): string[] {
  return readdirSync(site(), { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(site(), name)).isFile(),
  );
}

describe("sizes", () => {
  it("no file is larger than 25 MiB", () => {
    const large = files().filter((name) => statSync(join(site(), name)).size > 25 * 2 ** 20);
    expect(large).toEqual([]);
  });

  it.each([
    "asyncify",
    "jspi",
  ])("ONNX Runtime's %s build comes in pieces that together are its file", (build) => {
    const pieces = files()
      .filter((name) => new RegExp(`^assets/ort-${build}-[0-9a-f]{8}\\.\\d+\\.wasm$`).test(name))
      .sort();
    expect(pieces.length).toBeGreaterThan(0);
    const joined = Buffer.concat(pieces.map((name) => readFileSync(join(site(), name))));
    const whole = readFileSync(
      join(root, `node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.${build}.wasm`),
    );
    expect(joined.equals(whole)).toBe(true);
  });

  it("the only other WebAssembly is Python's", () => {
    const others = files().filter((name) => name.endsWith(".wasm") && !name.startsWith("assets/ort-"));
    expect(others).toEqual([expect.stringMatching(/^assets\/python-[0-9a-f]{8}\.wasm$/)]);
  });

  it("Python comes as its own files, each whole, and its frame as none", () => {
    const kept = ["pyodide.asm.wasm", "python_stdlib.zip"].map((name) =>
      readFileSync(join(root, "node_modules/pyodide", name)),
    );
    const served = files()
      .filter((name) => /^assets\/python-[0-9a-f]{8}\.(wasm|zip)$/.test(name))
      .map((name) => readFileSync(join(site(), name)));
    expect(served).toHaveLength(kept.length);
    for (const bytes of kept) expect(served.some((each) => each.equals(bytes))).toBe(true);
    const [script, ...more] = files().filter((name) => /^assets\/.*\.bin$/.test(name));
    expect(more).toEqual([]);
    // our packages and Pyodide's JavaScript are in it, its WebAssembly is not
    expect(statSync(join(site(), script!)).size).toBeLessThan(2 * 2 ** 20);
    expect(text(script!)).toContain("class HookedEncoder");
    expect(text("sw.js")).not.toContain("assets/python-");
  });

  it("a build with a larger file fails, and says which", async () => {
    const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-large-"));
    try {
      mkdirSync(join(folder, "public"));
      writeFileSync(join(folder, "index.html"), "<!doctype html>");
      writeFileSync(join(folder, "public/large.bin"), Buffer.alloc(25 * 2 ** 20 + 1));
      const building = build({ root: folder, configFile: false, logLevel: "silent", plugins: [sizeLimit()] });
      await expect(building).rejects.toThrow("large.bin has 25.0 MiB");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("addresses", () => {
  it("all are relative, so the site works in any folder", () => {
    const pages = files().filter((name) => name.endsWith(".html"));
    expect(pages).toContain("index.html");
    for (const page of pages) {
      const found = [...text(page).matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
      const own = found.filter((address) => !/^(https:|#)/.test(address));
      expect(own.length).toBeGreaterThan(2);
      for (const address of own) {
        expect(address, page).toMatch(/^(\.\/|[\w.-]+(\/|$))/);
        expect(existsSync(join(site(), address)), `${address} of ${page}`).toBe(true);
      }
    }
  });

  it("what a link leads to elsewhere is no part of the page", () => {
    for (const page of files().filter((name) => name.endsWith(".html")))
      for (const [tag] of text(page).matchAll(/<[a-z]+\s[^>]*"https?:[^>]*>/g)) expect(tag).toMatch(/^<a\s/);
  });
});

describe("the manifest", () => {
  const manifest = () => JSON.parse(text("manifest.webmanifest"));

  it("has what browsers ask of a site that can be installed", () => {
    expect(manifest()).toMatchObject({
      name: "Neuron Notebook",
      short_name: expect.stringMatching(/^.{1,12}$/),
      description: expect.any(String),
      start_url: ".",
      scope: ".",
      display: "standalone",
    });
    expect(text("index.html")).toContain('rel="manifest" href="./manifest.webmanifest"');
  });

  it("leaves the app's identity to its address, so that several on one host are several", () => {
    // an id would be resolved against the host, not against the manifest
    expect(manifest()).not.toHaveProperty("id");
  });

  it("names icons that are there, in the sizes it says", () => {
    const { icons } = manifest() as {
      icons: { src: string; sizes: string; type: string; purpose: string }[];
    };
    const drawn = icons.filter(({ type }) => type === "image/png");
    for (const { src, sizes } of drawn) expect(sizeOf(src), src).toBe(sizes);
    const kinds = drawn.map(({ sizes, purpose }) => `${purpose} ${sizes}`).sort();
    expect(kinds).toEqual(["any 192x192", "any 512x512", "maskable 512x512"]);
    for (const { src } of icons) expect(existsSync(join(site(), src)), src).toBe(true);
    const [, touch] = /rel="apple-touch-icon" href="\.\/([^"]+)"/.exec(text("index.html"))!;
    expect(sizeOf(touch!)).toBe("180x180");
  });

  /** of a PNG: the first chunk, after 8 bytes of signature and 8 of its own head */
  function sizeOf(name: string): string {
    const bytes = readFileSync(join(site(), name));
    expect(bytes.toString("latin1", 1, 4)).toBe("PNG");
    return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
  }
});

describe("_headers", () => {
  const rules = (): Rule[] => readRules(text("_headers"));

  it("is in the form that hosts read", () => {
    for (const block of text("_headers").trim().split("\n\n")) {
      const [path, ...lines] = block.split("\n");
      expect(path).toMatch(/^\/\S*$/);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^ {2}[A-Z][A-Za-z-]+: \S.*$/);
      // what Cloudflare Pages allows
      for (const line of lines) expect(line.length).toBeLessThan(2000);
    }
    expect(rules().length).toBeLessThan(100);
  });

  it("gives every file each header once", () => {
    for (const name of [...files(), ""]) {
      const matching = rules().filter((rule) => Object.keys(headersOf([rule], `/${name}`)).length > 0);
      const named = matching.flatMap(({ headers }) => headers.map(([header]) => header));
      expect(new Set(named).size, name).toBe(named.length);
      if (name !== "_headers") expect(named, name).toContain("Cache-Control");
    }
  });

  it("lets caches keep only what has its hash in its name", () => {
    const hashed = /^assets\/[\w.-]+-[\w-]{8}(\.\d+)?\.(js|css|ipynb|wasm|zip|bin)$/;
    for (const name of [...files(), "", "embed"].filter((each) => each !== "_headers")) {
      const wanted = name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
      expect(headersOf(rules(), `/${name}`)["Cache-Control"], name).toBe(wanted);
      if (name.startsWith("assets/")) expect(name).toMatch(hashed);
    }
    for (const name of ["index.html", "sw.js", "embed.js", "models/index.json", "manifest.webmanifest"])
      expect(files()).toContain(name);
  });

  it("opens the files to other sites' pages, and nothing else", () => {
    const sent = headersOf(rules(), "/embed.js");
    expect(sent).toMatchObject({
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "X-Content-Type-Options": "nosniff",
    });
    expect(sent["Content-Security-Policy"]).toContain("frame-ancestors *");
    expect(sent["Content-Security-Policy"]).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
  });

  it("what is written is what is read, and overlapping rules are joined as hosts join them", () => {
    const written = rulesFor(["assets/", "index.html", "sw.js"]);
    expect(readRules(writeRules(written))).toEqual(written);
    const overlapping = readRules("/*\n  Cache-Control: a\n\n/x/*\n  Cache-Control: b: c\n");
    expect(headersOf(overlapping, "/x/y")).toEqual({ "Cache-Control": "a, b: c" });
    expect(headersOf(overlapping, "/y")).toEqual({ "Cache-Control": "a" });
  });
});

describe("the preview that npm start opens", () => {
  let server: Awaited<ReturnType<typeof preview>>;
  beforeAll(async () => {
    server = await preview({
      configFile: join(root, "vite.config.ts"),
      root,
      logLevel: "error",
      build: { outDir: site() },
      preview: { port: 0 },
    });
  });
  afterAll(() => server.close());

  it("sends the headers that hosts are told to send", async () => {
    const rules = readRules(text("_headers"));
    const hashed = files().find((name) => /^assets\/.*\.js$/.test(name))!;
    for (const path of ["/", "/sw.js", "/models/index.json", `/${hashed}`]) {
      const response = await fetch(new URL(path, server.resolvedUrls!.local[0]));
      expect(response.status).toBe(200);
      for (const [name, value] of Object.entries(headersOf(rules, path)))
        expect(response.headers.get(name), `${name} of ${path}`).toBe(value);
    }
  });

  it("answers 404 for a file that is not there", async () => {
    const response = await fetch(new URL("/models/none.bin", server.resolvedUrls!.local[0]));
    expect(response.status).toBe(404);
  });
});
