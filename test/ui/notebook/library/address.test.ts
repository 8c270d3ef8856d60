import { describe, expect, it } from "vitest";
import {
  type Asked,
  readAddress,
  unknownAddress,
  urlFragment,
} from "../../../../src/ui/notebook/library/address.ts";

const page = "https://x.test/course/";
const builtIns = ["suppression", "finding-a-neuron"];
const read = (fragment: string) => readAddress(fragment, page, builtIns);
const id = "0123456789abcdef0123456789abcdef";

describe("an address asks for", () => {
  it.each<[string, Asked]>([
    ["", { kind: "nothing" }],
    ["#", { kind: "nothing" }],
    ["#nb-a-heading", { kind: "other" }],
    ["#notebook", { kind: "other" }],
    ["#notebook=finding-a-neuron", { kind: "built-in", name: "finding-a-neuron" }],
    [`#notebook=${id}`, { kind: "own", id }],
    [`#notebook=${"x".repeat(100)}`, { kind: "link" }],
    ["#notebook-url=week%201/a.ipynb", { kind: "url", href: "https://x.test/course/week%201/a.ipynb" }],
    ["#notebook-url=/b.ipynb?v=1#part", { kind: "url", href: "https://x.test/b.ipynb?v=1" }],
    ["#notebook-url=https://x.test/c.ipynb", { kind: "url", href: "https://x.test/c.ipynb" }],
  ])("%s", (fragment, asked) => expect(read(fragment)).toEqual(asked));
});

describe("refused in a sentence is", () => {
  it.each([
    ["#notebook=", /no notebook called “”; it has suppression, finding-a-neuron\.$/],
    ["#notebook=xyz", /no notebook called “xyz”/],
    ["#notebook=__proto__", /no notebook called “__proto__”/],
    ["#notebook-url=https://y.test/a.ipynb", /from this site only, and https:\/\/y\.test\/a\.ipynb is not/],
    ["#notebook-url=//y.test/a.ipynb", /from this site only/],
    ["#notebook-url=http://x.test/a.ipynb", /from this site only/],
    ["#notebook-url=javascript:alert(1)", /from this site only/],
    ["#notebook-url=data:,x", /from this site only/],
    ["#notebook-url=blob:https://x.test/1", /from this site only/],
    ["#notebook-url=%ff", /is not the address of a file\.$/],
    [`#notebook-url=${"a".repeat(3000)}`, /^“a{79}…” is not the address/],
  ])("%s", (fragment, sentence) => {
    expect(() => read(fragment)).toThrowError(
      expect.objectContaining({ code: "notebook-invalid", message: expect.stringMatching(sentence) }),
    );
  });

  it("what is about nothing", () => {
    expect(unknownAddress(`#${"<b>".repeat(100)}`).message).toMatch(
      /^This address names no notebook: “#<b>.*…”\.$/,
    );
  });
});

it("the fragment of a file leads back to it, and is short beside the page", () => {
  for (const href of ["https://x.test/course/week%201/a.ipynb", "https://x.test/b.ipynb?v=1&w=%26"]) {
    expect(read(urlFragment(href, page))).toEqual({ kind: "url", href });
  }
  expect(urlFragment("https://x.test/course/week%201/a.ipynb", page)).toBe("#notebook-url=week%201/a.ipynb");
});
