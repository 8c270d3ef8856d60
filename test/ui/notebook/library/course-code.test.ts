// The code that puts a notebook into a course page: it leads where it should, and what a title holds stays text in it.

import { expect, it } from "vitest";
import { StorageError } from "../../../../src/storage/index.ts";
import { readAddress } from "../../../../src/ui/notebook/library/address.ts";
import { fileFragment, notebookCode } from "../../../../src/ui/notebook/library/course-code.ts";

const site = "https://notebook.test/a/";
const plain = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
const attribute = (code: string, name: string) => plain(new RegExp(`${name}="([^"]*)"`).exec(code)![1]!);

it("names a notebook of the site", () => {
  const { frame, element, link } = notebookCode(site, "Finding a neuron", "#notebook=finding-a-neuron");
  expect(attribute(frame, "src")).toBe(`${site}embed-notebook.html#notebook=finding-a-neuron`);
  expect(attribute(element, "notebook")).toBe("finding-a-neuron");
  expect(link).toBe(`${site}#notebook=finding-a-neuron`);
});

it("leaves a title text, in frame and element", () => {
  const { frame, element } = notebookCode(site, `"><script>alert(1)</script> &`, "#notebook=x");
  for (const code of [frame, element]) {
    expect(code).not.toContain("<script>alert");
    expect(attribute(code, "title")).toBe(`Notebook: "><script>alert(1)</script> &`);
    expect(code).toContain('"Notebook: &quot;>&lt;script>alert(1)&lt;/script> &amp;"');
  }
});

it.each([
  "week5/task.ipynb",
  "week 5/Aufgabe für alle.ipynb",
  "100%25.ipynb",
  "a?b=1&c=2.ipynb",
  "/elsewhere/task.ipynb",
  `quote".ipynb`,
])("leads to the file %s, in frame, element and link alike", (path) => {
  const { href } = new URL(path, site);
  const { frame, element, link } = notebookCode(site, "Task", fileFragment(site, path));
  const read = (fragment: string) => readAddress(fragment, `${site}embed-notebook.html`, []);
  expect(read(new URL(attribute(frame, "src")).hash)).toEqual({ kind: "url", href });
  // as neuron-notebook.ts writes it
  expect(read(`#notebook-url=${encodeURIComponent(attribute(element, "url"))}`)).toEqual({
    kind: "url",
    href,
  });
  expect(read(new URL(link).hash)).toEqual({ kind: "url", href });
});

it("is refused for a file of another site", () => {
  expect(() => fileFragment(site, "https://other.test/task.ipynb")).toThrow(StorageError);
});
