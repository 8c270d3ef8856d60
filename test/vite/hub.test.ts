// What the build is told of the Hub, and what its policy then allows.

import { expect, it } from "vitest";
import { hubSetting } from "../../vite/hub.ts";
import { policyWith } from "../../vite/policy.ts";

const connect = (text: string) => /connect-src ([^;]*)/.exec(policyWith(hubSetting(text)))![1];

it.each(["", " ", "0"])("HUB=%j is none, and the page connects to its own site alone", (text) => {
  expect(hubSetting(text)).toBeUndefined();
  expect(connect(text)).toBe("'self'");
});

it("HUB=1 is the Hub with the hosts that it redirects to", () => {
  expect(hubSetting("1")!.endpoint).toBe("https://huggingface.co");
  expect(connect("1")).toBe("'self' https://huggingface.co https://*.huggingface.co https://*.hf.co");
});

it("an address is a mirror, and those behind it are where it redirects to: exactly these hosts", () => {
  expect(hubSetting("https://hf.example.org/")).toEqual({
    endpoint: "https://hf.example.org",
    hosts: ["https://hf.example.org"],
  });
  const text = "https://hf.example.org:8443/hub/ https://files.example.org,https://files.example.org/x";
  expect(hubSetting(text)!.endpoint).toBe("https://hf.example.org:8443/hub");
  expect(connect(text)).toBe("'self' https://hf.example.org:8443 https://files.example.org");
  expect(connect("http://localhost:4000")).toBe("'self' http://localhost:4000");
});

it("nothing else of the policy changes", () => {
  const without = (text: string) => policyWith(hubSetting(text)).replace(/connect-src [^;]*/, "");
  expect(without("1")).toBe(without(""));
});

it.each([
  "yes",
  "hf.example.org",
  "http://hf.example.org",
  "https://a;script-src",
  "https://*.org",
  "https://a@b.org",
  "ftp://a.org",
])("HUB=%j is refused", (text) => {
  expect(() => hubSetting(text)).toThrow(/^HUB=.* is no address of a Hub: set HUB=1/);
});
