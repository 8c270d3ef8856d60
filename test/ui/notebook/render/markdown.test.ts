// Markdown to HTML, before it is made harmless.

import { beforeAll, expect, test } from "vitest";
import { texToHtml } from "../../../../src/ui/notebook/render/formulas.ts";
import { attachmentAddress, imageAddress } from "../../../../src/ui/notebook/render/image-address.ts";
import { markdownToHtml } from "../../../../src/ui/notebook/render/markdown.ts";
import { colours, formulas } from "../../../../src/ui/notebook/render/parts.ts";
import { slug } from "../../../../src/ui/notebook/render/slug.ts";

beforeAll(() => Promise.all([colours.load(), formulas.load()]));

test.each([
  ["a $x^2$ b", /<p>a <math><msup>.*<\/math> b<\/p>/s],
  ["a $$x$$ b", /a <math display="block"/],
  ["\\(x\\) and \\[y\\]", /<math>.*and <math display="block"/s],
  ["$$\n\\frac{a}{b}\n$$", /<p class="tml-display"><math display="block".*<mfrac>/s],
  ["$$x$$", /<p class="tml-display"><math display="block"/],
  // lines that would be a heading, a list, a quote
  ["$$\na\n= b\n- c\n> d\n$$", /^<p class="tml-display"><math(?!.*<(h1|li|blockquote)).*<\/math><\/p>\n$/s],
  ["\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", /<math display="block".*<mtable/s],
  [
    "> $$\n> x\n> $$\n\n$y$",
    /<blockquote>\n<p class="tml-display"><math display="block".*<\/blockquote>\n<p><math>/s,
  ],
  ["\\begin{a}\nx\n\n$a \\$ b$", /<p>\\begin{a}\nx<\/p>\n<p><math>.*<mi>b<\/mi>/s],
  ["text\n$$x$$\nmore", /<p>text<\/p>\n<p class="tml-display"><math.*<p>more<\/p>/s],
  ["- item $x$\n\n  $$y$$", /<li>.*<math>.*<p class="tml-display"><math display="block".*<\/li>/s],
])("%j is a formula", (source, expected) => {
  expect(markdownToHtml(source)).toMatch(expected);
});

test.each([
  ["it costs $5 and $6", "<p>it costs $5 and $6</p>"],
  ["`$x$`", "<p><code>$x$</code></p>"],
  ["\\$x$", "<p>$x$</p>"],
  ["$ x $", "<p>$ x $</p>"],
  ["$$", "<p>$$</p>"],
  ["```\n$x$\n```", "<pre><code>$x$\n</code></pre>"],
  ["$$\nnever closed", "<p>$$\nnever closed</p>"],
  ["\\[\na\n\nb\n\\]", "<p>[\na</p>\n<p>b\n]</p>"],
])("%j is none", (source, expected) => {
  expect(markdownToHtml(source).trim()).toBe(expected);
});

test("what is no TeX is shown as it was typed, with the reason", () => {
  const html = texToHtml('\\nosuch{"<b>"}', false);
  expect(html).toMatch(/^<code class="tex-error" title="[^"<]*\\nosuch[^"<]*">/);
  expect(html).toContain("$\\nosuch{&quot;&lt;b&gt;&quot;}$</code>");
  expect(markdownToHtml("a $\\nosuch$ b")).toContain("$\\nosuch$</code> b");
});

test("a formula can neither link, nor carry HTML, nor go on for ever", () => {
  for (const tex of ["\\href{javascript:x}{y}", "\\includegraphics{https://x.test/a.png}", "\\class{a}{b}"])
    expect(texToHtml(tex, false)).toMatch(/^<code class="tex-error"/);
  expect(texToHtml("\\def\\a{\\a\\a}\\a", false)).toMatch(/^<code class="tex-error"/);
  expect(texToHtml("\\text{<img src=x onerror=y>}", false)).not.toContain("<img");
});

test("what is as long as a book is no formula", () => {
  const [longest, longer] = ["x".repeat(10_000), "x".repeat(10_001)];
  expect(markdownToHtml(`$${longest}$`)).toContain("<math>");
  expect(markdownToHtml(`$${longer}$`)).toBe(`<p>$${longer}$</p>\n`);
  expect(markdownToHtml(`$$\n${longer}\n$$`)).toBe(`<p>$$\n${longer}\n$$</p>\n`);
});

test("a formula's commands grow in proportion to it", () => {
  for (const tex of [
    "\\def\\a#1{\\a{#1#1}}\\a{x}",
    `\\def\\a{${"x".repeat(2000)}}${"\\a".repeat(500)}`,
    `\\def\\a#1{${"#1".repeat(2000)}}\\a{${"x".repeat(2000)}}`,
  ])
    expect(texToHtml(tex, false)).toMatch(
      /^<code class="tex-error" title="The commands in this formula become too/,
    );
  for (const tex of [
    "\\newcommand{\\n}[1]{\\left\\|#1\\right\\|} \\n{x + y} = \\n{\\n{x} + y}",
    "\\ce{2H2 + O2 -> 2H2O}",
    "a \\equiv b \\pmod{3} \\implies \\LaTeX",
  ])
    expect(texToHtml(tex, false)).toMatch(/^<math/);
});

test("headings have ids, each its own", () => {
  const html = markdownToHtml("# The hook, again!\n## The hook, again!\n# `mlp_post` of $x$\n# !!!");
  expect(html).toContain('<h1 id="the-hook-again">');
  expect(html).toContain('<h2 id="the-hook-again-1">');
  expect(html).toContain('<h1 id="mlp_post-of-x">');
  expect(html).toContain("<h1>!!!</h1>");
});

test.each([
  ["The-Hook", "the-hook"],
  ["the%20hook", "the-hook"],
  ["100%", "100"],
  ["Überschrift 2", "überschrift-2"],
])("a link to %s leads to %s", (text, id) => {
  expect(slug(text)).toBe(id);
});

test("attached images come from the cell", () => {
  const attached = {
    "a b.png": { "image/png": "iVBO\nRw==" },
    "x.svg": { "image/svg+xml": ["<svg>", "</svg>"] },
  };
  expect(markdownToHtml("![alt](attachment:a%20b.png)", attached)).toContain(
    '<img src="data:image/png;base64,iVBORw==" alt="alt">',
  );
  expect(attachmentAddress(attached, "x.svg")).toBe("data:image/svg+xml;charset=utf-8,%3Csvg%3E%3C%2Fsvg%3E");
  expect(attachmentAddress(attached, "other.png")).toBeUndefined();
  expect(attachmentAddress({ a: { "text/html": "x" } }, "a")).toBeUndefined();
  expect(imageAddress("image/png", 3)).toBeUndefined();
});

test("an attached image is shown often, but not without end", () => {
  const attached = { a: { "image/png": "A".repeat(2 ** 20) } };
  const shown = markdownToHtml("![](attachment:a)\n\n".repeat(5000), attached);
  expect(shown.match(/src="data:/g)).toHaveLength(63);
  expect(shown.match(/src=""/g)).toHaveLength(5000 - 63);
});

test("half a character breaks nothing", () => {
  const svg = { "image/svg+xml": "<svg>\ud800</svg>" };
  const address = "data:image/svg+xml;charset=utf-8,%3Csvg%3E%EF%BF%BD%3C%2Fsvg%3E";
  expect(markdownToHtml("![](attachment:x)", { x: svg })).toContain(`src="${address}"`);
  expect(imageAddress("image/svg+xml", "<svg>😀")).toBe(
    "data:image/svg+xml;charset=utf-8,%3Csvg%3E%F0%9F%98%80",
  );
  for (const text of [
    "# a\udc00",
    "[a](b\ud800 '\udc00')",
    "https://x.test/\ud800",
    "$\ud800$",
    "![](attachment:\ud800)",
  ])
    expect(() => markdownToHtml(text)).not.toThrow();
  expect(slug("\ud800%")).toBe("");
});

test("Python in a fence has colours, other languages are text", () => {
  expect(markdownToHtml("```python\nimport torch\n```")).toContain('<span class="tok-keyword">import</span>');
  expect(markdownToHtml("```js\nimport x\n```")).toContain('<code class="language-js">import x');
});
