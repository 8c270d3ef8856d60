import { afterEach, describe, expect, test, vi } from "vitest";
import { findEmbedding } from "../../../src/ui/experiment/embedding.ts";

afterEach(() => void vi.unstubAllGlobals());

/** where a frame stands, in a tab whose page is `around`; undefined: the browser does not tell */
async function placeOf(frame: string, around: string | undefined) {
  vi.stubGlobal("location", new URL(frame));
  vi.stubGlobal("self", { origin: new URL(frame).origin });
  vi.stubGlobal("window", { top: {} });
  vi.stubGlobal("document", { referrer: around ?? "" });
  return (await findEmbedding()).embedding;
}

describe("a frame", () => {
  test.each([
    ["http://localhost:1/", "http://localhost:2/"],
    ["https://notebook.uni.edu/", "https://notebook.uni.edu/"],
  ])("at %s in %s is at home", async (frame, around) =>
    expect(await placeOf(frame, around)).toEqual({ kind: "own" }));

  test.each([
    ["https://notebook.uni.edu/", "https://course.uni.edu/", false],
    ["https://uni.edu/", "https://course.uni.edu/", false],
    // two sites, but only a long list tells
    ["https://a.github.io/", "https://b.github.io/", false],
    ["https://notebook.uni.edu/", "https://course.other.edu/", true],
    ["http://127.0.0.1/", "http://10.1.0.1/", true],
    ["http://[::1]/", "http://[::2]/", true],
    ["http://localhost/", "http://127.0.0.1/", true],
  ])("at %s in %s: surely apart, %s", async (frame, around, apart) => {
    const { host } = new URL(around);
    expect(await placeOf(frame, around)).toEqual({ kind: "framed", host, apart, access: "no" });
  });

  test("somewhere: nothing is claimed", async () =>
    expect(await placeOf("https://uni.edu/", undefined)).toMatchObject({ host: undefined, apart: false }));
});
