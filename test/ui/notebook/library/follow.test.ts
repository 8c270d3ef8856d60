// When the address is written: not over one that a person has just gone to, which is to be followed first.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { NotebookEntry } from "../../../../src/storage/index.ts";
import { Follower, type FollowPorts } from "../../../../src/ui/notebook/library/follow.ts";

const place = { hash: "" };
const written: string[] = [];
const write = (kind: string) => (_state: unknown, _title: string, url: string) => {
  place.hash = new URL(url).hash;
  written.push(`${kind} ${place.hash}`);
};
beforeEach(() => {
  written.length = 0;
  place.hash = "#notebook=first";
  vi.stubGlobal("location", place);
  vi.stubGlobal("dispatchEvent", () => true);
  vi.stubGlobal("history", { pushState: write("push"), replaceState: write("replace") });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const entry = { id: "0123456789abcdef0123456789abcdef", version: 1 } as NotebookEntry;
const own = `#notebook=${entry.id}`;
const follower = () => new Follower({ page: () => "https://x.test/" } as FollowPorts);

it("is that of what is open, as a step of its own where a person has asked", () => {
  const follow = follower();
  follow.read();
  follow.show(entry, true);
  follow.show(entry, false);
  expect(written).toEqual([`push ${own}`]);
});

it("is left alone while a person has gone to another, until that has been read", () => {
  const follow = follower();
  follow.read();
  // "back", of which the page has not heard yet
  place.hash = "#notebook=second";
  follow.show(entry, false);
  expect(written).toEqual([]);
  follow.read();
  follow.show(entry, false);
  expect(written).toEqual([`replace ${own}`]);
});
