// The check that no test asks another host, checked itself: whatever a page, a worker or Node asks for is noticed.
// What is asked for here is taken out of the list, so that this file passes.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "./chromium.ts";
import { takeElsewhere } from "./elsewhere.ts";
import { root } from "./fixtures.ts";
import { type StaticServer, serve } from "./server.ts";

let server: StaticServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  server = await serve({ "/": root });
  browser = await launch("no-adapter", ["--host-resolver-rules=MAP plain.test 127.0.0.1"]);
  page = await browser.newPage();
  await page.goto(`${server.url}index.html`, { waitUntil: "commit" });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** a script of the page, and what it must have been noticed to ask for */
const leaks: [what: string, script: string, noticed: string][] = [
  ["an image", 'new Image().src = "http://example.com/pixel.gif"', "GET http://example.com/pixel.gif"],
  [
    "a style sheet by https",
    `const link = document.createElement("link");
     Object.assign(link, { rel: "stylesheet", href: "https://fonts.googleapis.com/css" });
     document.head.append(link)`,
    "CONNECT fonts.googleapis.com:443",
  ],
  [
    "an address without a name",
    'fetch("http://93.184.216.34/", { mode: "no-cors" })',
    "GET http://93.184.216.34/",
  ],
  ["a beacon", 'navigator.sendBeacon("http://beacon.example/", "x")', "POST http://beacon.example/"],
  ["a WebSocket", 'new WebSocket("ws://socket.example/")', "CONNECT socket.example:80"],
  ["a secure WebSocket", 'new WebSocket("wss://socket.example/")', "CONNECT socket.example:443"],
  [
    "a worker",
    `const code = 'fetch("http://worker.example/")';
     new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })))`,
    "GET http://worker.example/",
  ],
];

describe("asking another host is noticed", () => {
  it.each(leaks)("by %s", async (_, script, noticed) => {
    await page.evaluate(`(() => { ${script}; })()`);
    const seen: string[] = [];
    await expect.poll(() => seen.push(...takeElsewhere()) && seen).toContain(noticed);
  });

  it("by Node's fetch", async () => {
    await expect(fetch("http://example.com/")).rejects.toThrow("fetch failed");
    expect(takeElsewhere()).toEqual(["socket to example.com"]);
  });
});

describe("asking this machine is not", () => {
  it.each(["localhost", "127.0.0.1", "plain.test"])("as %s", async (host) => {
    const own = await browser.newPage();
    const answer = await own.goto(`http://${host}:${server.port}/package.json`);
    expect(answer?.status()).toBe(200);
    expect((await fetch(`http://127.0.0.1:${server.port}/package.json`)).status).toBe(200);
    expect(takeElsewhere()).toEqual([]);
    await own.close();
  });
});

it("Chromium itself asks nobody, neither while it stands idle nor while a form is filled in", async () => {
  await page.setContent(
    '<form><input name="email" autocomplete="email"><input name="tel"><input name="zip"></form>',
  );
  await page.locator("[name=email]").fill("x");
  // its services start a moment after the browser; without the switches in chromium.ts they ask within a second
  await page.waitForTimeout(5000);
  expect(takeElsewhere()).toEqual([]);
});
