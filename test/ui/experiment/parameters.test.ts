// Links and attributes: what is written is read again, and what a stranger wrote does no harm.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { editsOf, type Hook, tutorial } from "../../../src/model/index.ts";
import { embedAddress, pageAddress } from "../../../src/ui/experiment/address.ts";
import { parameters, parameterTable, textOf } from "../../../src/ui/experiment/parameters.ts";
import { defaults, parts, type Settings } from "../../../src/ui/experiment/settings.ts";
import {
  readSettings,
  readValues,
  sameSettings,
  writeSettings,
} from "../../../src/ui/experiment/settings-text.ts";
import { elementCode, frameCode } from "../../../src/ui/experiment/snippets.ts";
import { root } from "../../helpers/fixtures.ts";
import { dice } from "../../helpers/mutate.ts";

const read = (hash: string, search = "", query = false) => readSettings({ hash, search }, { query });
const withSpec = (spec: Partial<Settings["spec"]>): Settings => ({
  ...defaults,
  spec: { ...tutorial, ...spec },
});

/** characters that mean something in an address, in HTML, in a list of words, or in no encoding */
const alphabet = [
  ..."abzAZ019 +&=#%?/\\:;,.!~*'\"()[]<>|^`{}@$_-",
  "é",
  "ß",
  "漢",
  "🧠",
  "\u0000",
  "\n",
  "\u00a0",
  "\ud800",
  "%41",
  "[MASK]",
  "__proto__",
];

describe("a link", () => {
  test("to the defaults is empty, and an empty one is the defaults", () => {
    expect(writeSettings(defaults)).toBe("");
    for (const hash of ["", "#", "#experiment", "#&&"])
      expect(read(hash), hash).toEqual({ settings: defaults, complaints: [] });
  });

  test("takes the commas of other scripts, as the form does", () => {
    const { settings, complaints } = read("candidates=天，心、空");
    expect([settings.spec.candidates, complaints]).toEqual([["天", "心", "空"], []]);
  });

  test("names what differs, in order and readably", () => {
    const settings: Settings = {
      ...withSpec({
        sentence: "Tracy passed [MASK] art galleries, didn't she & him?",
        neuron: 5,
        hook: { kind: "scale", factor: -0.5 },
        candidates: ["these", "those"],
      }),
      view: "table",
      hide: new Set(["csv", "python"]),
    };
    expect(writeSettings(settings)).toBe(
      "sentence=Tracy+passed+[MASK]+art+galleries,+didn%27t+she+%26+him%3F&neuron=5&hook=scale:-0.5&candidates=these,those&view=table&hide=python,csv",
    );
    // what ends a sentence would be taken for the text's in which the link stands
    expect(writeSettings(withSpec({ sentence: "A [MASK]." }))).toBe("sentence=A+[MASK]%2E");
    expect(writeSettings(withSpec({ sentence: "A [MASK]" }))).toBe("sentence=A+[MASK%5D");
  });

  test("leaves out what is no value yet", () => {
    const typing = { sentence: "", layer: Number.NaN, neuron: -1, hook: { kind: "set", value: Number.NaN } };
    expect(writeSettings(withSpec({ ...(typing as Partial<Settings["spec"]>), candidates: [] }))).toBe("");
  });

  test("with several edits names them in a list, and with one as ever", () => {
    const more = [{ layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } as const }];
    const settings = withSpec({ more });
    expect(writeSettings(settings)).toBe("edits=9.1094,3.7:set:2.5");
    expect(read("#edits=9.1094,3.7:set:2.5")).toEqual({ settings, complaints: [] });
    expect(read("#edits=8.5:enhance")).toEqual({
      settings: withSpec({ layer: 8, neuron: 5, hook: { kind: "enhance" } }),
      complaints: [],
    });
    expect(writeSettings(read("#edits=8.5:enhance").settings)).toBe("layer=8&neuron=5&hook=enhance");
    // what is still being typed is left out of the list
    const typing = { layer: 3, neuron: Number.NaN };
    expect(writeSettings(withSpec({ more: [typing, ...more] }))).toBe("edits=9.1094,3.7:set:2.5");
  });

  test("with a list and parts of one edit follows the list, and says so", () => {
    for (const hash of ["#layer=3&edits=8.5,7.4", "#edits=8.5,7.4&layer=3"]) {
      const { settings, complaints } = read(hash);
      expect(writeSettings(settings)).toBe("edits=8.5,7.4");
      expect(complaints).toEqual(["“layer” is ignored beside “edits”, which names the neurons."]);
    }
  });

  test("gives back random settings as they were", () => {
    const random = dice(1);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const text = (length: number) =>
      Array.from({ length: 1 + Math.floor(random() * length) }, () => pick(alphabet)).join("");
    const count = () => Math.floor(random() * 10 ** Math.floor(random() * 10));
    const hooks = (): Hook =>
      pick([
        { kind: "suppress" },
        { kind: "enhance" },
        { kind: "scale", factor: (random() - 0.5) * 10 ** (random() * 40 - 20) },
        { kind: "set", value: Math.round(random() * 9) },
        { kind: "add", value: -random() },
      ]);
    const seen = new Set<string>();
    for (let i = 0; i < 3000; i++) {
      const settings: Settings = {
        model: pick([undefined, "bert", text(5)]),
        spec: {
          sentence: text(30),
          mask: pick([undefined, 0, count()]),
          layer: count(),
          neuron: count(),
          hook: hooks(),
          more: Array.from({ length: Math.floor(random() * 4) }, () => ({
            layer: count(),
            neuron: count(),
            hook: hooks(),
          })),
          candidates: Array.from({ length: 1 + Math.floor(random() * 5) }, () => text(4)),
        },
        device: pick(["auto", "webgpu", "wasm"]),
        view: pick(["both", "table", "dots"]),
        notation: pick(["percent", "scientific"]),
        theme: pick(["auto", "light", "dark"]),
        hide: new Set(parts.filter(() => random() < 0.2)),
      };
      // what a form could hold: one line, words without separators
      const typed = readValues(parameters.map((known) => [known.name, textOf(known, settings)]));
      const link = writeSettings(typed.settings);
      const again = read(`#${link}`);
      expect(again.complaints, link).toEqual([]);
      expect(sameSettings(again.settings, typed.settings), link).toBe(true);
      expect(again.settings.hide).toEqual(settings.hide);
      expect(editsOf(again.settings.spec)).toEqual(editsOf(settings.spec));
      // a browser leaves the address as it is
      expect(new URL(`https://x.test/#${link}`).hash.slice(1)).toBe(link);
      expect(new URL(`https://x.test/?${link}`).searchParams.get("sentence")).toBe(
        new URLSearchParams(link).get("sentence"),
      );
      seen.add(link);
    }
    expect(seen.size).toBeGreaterThan(2900);
  });

  test("written from anything that was read, reads the same", () => {
    const random = dice(2);
    const names = [...parameters.map(({ name }) => name), "__proto__", "constructor", "", "x"];
    let complaints = 0;
    for (let i = 0; i < 5000; i++) {
      const pieces = Array.from({ length: Math.floor(random() * 6) }, () => {
        const name = names[Math.floor(random() * names.length)];
        const value = Array.from(
          { length: Math.floor(random() * 8) },
          () => alphabet[Math.floor(random() * alphabet.length)],
        ).join("");
        return `${name}${random() < 0.9 ? "=" : ""}${random() < 0.5 ? value : value.replace(/[%&#]/g, "")}`;
      });
      const hash = `#${pieces.join("&")}`;
      const first = read(hash);
      complaints += first.complaints.length;
      const written = writeSettings(first.settings);
      const second = read(`#${written}`);
      expect(second.complaints, hash).toEqual([]);
      expect(writeSettings(second.settings), hash).toBe(written);
    }
    expect(complaints).toBeGreaterThan(1000);
  });
});

describe("a broken link opens with defaults and says what was ignored", () => {
  test.each([
    ["layer=-1", /“layer” takes a whole number from 0, but is “-1”; “9” is used instead\./],
    ["layer=1e9", /“layer”.*“1e9”/],
    ["neuron=99999999999", /“neuron”.*“99999999999”; “1094”/],
    ["neuron=0x10", /“neuron”/],
    ["neuron=", /“neuron”.*“”/],
    ["mask=first", /“mask”.*“first”; “0”/],
    ["hook=explode", /“hook”.*“explode”; “suppress”/],
    ["hook=scale:NaN", /“hook”/],
    ["hook=set:1e999", /“hook”/],
    ["edits=", /“edits” takes 1 to 64 edits such as 9\.1094 .* but is “”; “9\.1094” is used instead\./],
    ["edits=9.1094,x", /“edits”.*“9\.1094,x”/],
    ["edits=9.1094:set:1,5", /“edits”.*“9\.1094:set:1,5”/],
    [`edits=${Array(65).fill("1.2").join()}`, /“edits” takes 1 to 64 edits/],
    ["view=__proto__", /“view”.*“__proto__”; “both”/],
    ["device=constructor", /“device”.*“constructor”; “auto”/],
    ["theme=DARK", /“theme” takes auto, light or dark/],
    ["hide=model,hasOwnProperty", /“hide”.*“model,hasOwnProperty”; its default/],
    ["sentence=", /“sentence”/],
    ["candidates=,,+", /“candidates”/],
    ["__proto__=1", /“__proto__” is no parameter and is ignored/],
    ["constructor=1", /“constructor” is no parameter/],
    ["sentence=%E0%A4%A", /“sentence=%E0%A4%A” cannot be read/],
    ["layer=3&layer=4", /“layer” is there more than once; “3” is used/, "layer=3"],
    ["neuron=5&speed", /“speed” cannot be read/, "neuron=5"],
    [`sentence=${"x".repeat(1_000_000)}`, /^The address is 1000009 characters long/],
    [`sentence=${"x".repeat(5000)}`, /“sentence”.*5000 characters long/],
    [`${"x".repeat(3000)}=1`, /^“x{39}…” is no parameter/],
  ])("%.40s", (hash, complaint, used = "") => {
    const { settings, complaints } = read(`#${hash}`);
    expect(writeSettings(settings)).toBe(used);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(complaint);
    expect(complaints[0]!.length).toBeLessThan(400);
    expect(complaints[0]).toMatch(/^[^\n]*\.$/);
    expect(({} as Record<string, unknown>)[1]).toBeUndefined();
  });

  test("with a thousand faults it is short all the same", () => {
    const { settings, complaints } = read(`#${"a=1&".repeat(1000)}neuron=7`);
    expect(settings.spec.neuron).toBe(7);
    expect(complaints).toHaveLength(8);
    expect(complaints.at(-1)).toBe("993 more parts of the address are ignored.");
  });

  test("right parts of a broken link count", () => {
    const { settings, complaints } = read("#layer=x&neuron=12&hide=csv");
    expect(settings).toEqual({ ...withSpec({ neuron: 12 }), hide: new Set(["csv"]) });
    expect(complaints).toHaveLength(1);
  });
});

describe("an embedded page", () => {
  test("reads the query too, the fragment counts more, and names of others are passed over", () => {
    const search = "?utm_source=moodle&layer=3&neuron=4&fbclid=%zz";
    expect(read("#neuron=5", search, true)).toEqual({
      settings: withSpec({ layer: 3, neuron: 5 }),
      complaints: [],
    });
    expect(read("#neuron=5", search)).toEqual({ settings: withSpec({ neuron: 5 }), complaints: [] });
    expect(read("", "?layer=x", true).complaints).toHaveLength(1);
  });
});

describe("attributes", () => {
  test("are read as links are, over what holds", () => {
    const base = withSpec({ neuron: 3 });
    expect(readValues([["hide", "model device"]], base).settings).toEqual({
      ...base,
      hide: new Set(["model", "device"]),
    });
    const { settings, complaints } = readValues([["neuron", "many"]], base);
    expect(settings).toEqual(base);
    expect(complaints[0]).toContain("“3” is used instead");
  });

  test("every parameter takes its own default", () => {
    for (const known of parameters)
      expect(readValues([[known.name, textOf(known, defaults)]]), known.name).toEqual({
        settings: defaults,
        complaints: [],
      });
  });
});

describe("code for a course page", () => {
  const site = "https://notebook.test/a/";
  const hostile = withSpec({ sentence: `"><script>alert(1)</script> & [MASK]` });

  test("holds the experiment, and a sentence stays text in it", () => {
    const frame = frameCode(site, hostile);
    const src = /src="([^"]*)"/.exec(frame)![1]!.replaceAll("&amp;", "&");
    expect(src).toMatch(/^https:\/\/notebook\.test\/a\/embed\.html#/);
    expect(sameSettings(read(new URL(src).hash).settings, hostile)).toBe(true);
    expect(frame).not.toContain("<script>");
    expect(frame).toMatch(
      /><\/iframe>\n<p .*<\/p>\n<script type="module" src="https:\/\/notebook\.test\/a\/embed\.js"><\/script>$/,
    );
    const element = elementCode(site, hostile);
    expect(element).toMatch(
      /^<script type="module" src="https:\/\/notebook\.test\/a\/embed\.js"><\/script>\n/,
    );
    expect(element).toContain('sentence="&quot;>&lt;script>alert(1)&lt;/script> &amp; [MASK]"');
    expect(element).toContain('layer="9" neuron="1094" candidates="this,that,these,those,the,some"');
  });

  test("has a link for who does not see the experiment, below a frame and inside an element", () => {
    const settings: Settings = { ...withSpec({ neuron: 5 }), hide: new Set(["recorded", "csv"]) };
    const otherwise =
      'Experiment: neuron 5 of layer 9. <a href="https://notebook.test/a/experiment.html#neuron=5&amp;hide=recorded">Open it in a tab of its own</a>.';
    expect(frameCode(site, settings)).toContain(
      `></iframe>\n<p class="neuron-fallback">${otherwise}</p>\n<script`,
    );
    expect(elementCode(site, settings)).toContain(`>\n  ${otherwise}\n</neuron-experiment>`);
    expect(elementCode(site, hostile)).not.toContain("<script>alert");
  });

  test("says several edits in one list", () => {
    const several = withSpec({ more: [{ layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } }] });
    expect(frameCode(site, several)).toContain(
      'title="Experiment: neuron 1094 of layer 9 and neuron 7 of layer 3"',
    );
    expect(frameCode(site, several)).toContain("height: 2450px");
    const height = /height: \d+px/.exec(frameCode(site, defaults))![0];
    expect(height).toBe("height: 2200px");
    expect(readFileSync(join(root, "docs/embedding.md"), "utf8")).toContain(height);
    expect(frameCode(site, several)).toContain('embed.html#edits=9.1094,3.7:set:2.5"');
    expect(elementCode(site, several)).toContain(
      '<neuron-experiment sentence="Raymond is selling [MASK] sketches." edits="9.1094,3.7:set:2.5" candidates=',
    );
  });

  test("a link leads to the whole page in the reader's colours; a frame keeps both", () => {
    const settings: Settings = { ...withSpec({ neuron: 5 }), theme: "dark", hide: new Set(["form"]) };
    expect(pageAddress(`${site}index.html?x#y=1`, settings)).toBe(`${site}experiment.html#neuron=5`);
    expect(embedAddress(`${site}index.html?x#y=1`, settings)).toBe(
      `${site}embed.html#neuron=5&theme=dark&hide=form`,
    );
    // who is to predict first is shown no recorded result on the whole page, either
    expect(pageAddress(site, { ...settings, hide: new Set(["form", "recorded"]) })).toBe(
      `${site}experiment.html#neuron=5&hide=recorded`,
    );
  });
});

test("docs/embedding.md lists the parameters as the code has them", () => {
  const text = readFileSync(join(root, "docs/embedding.md"), "utf8");
  expect(text).toContain(`\n${parameterTable()}\n`);
});
