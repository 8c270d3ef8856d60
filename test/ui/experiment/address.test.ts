import { afterEach, expect, test, vi } from "vitest";
import { followAddress } from "../../../src/ui/experiment/address.ts";
import type { PageHandle } from "../../../src/ui/experiment/page-world.ts";
import { defaults, type Settings } from "../../../src/ui/experiment/settings.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page's address, and what is done to it. */
function begin() {
  vi.useFakeTimers();
  const events = new EventTarget();
  const location = { pathname: "/", search: "", hash: "" };
  const replaceState = vi.fn((_state: unknown, _title: string, address: string) => {
    location.hash = new URL(address, "https://x.test").hash;
  });
  vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
  vi.stubGlobal("location", location);
  vi.stubGlobal("history", { state: null, replaceState });
  const set = vi.fn();
  const follow = followAddress(() => ({ set }) as unknown as PageHandle);
  return {
    set,
    changed: (layer: number) => follow({ ...defaults, spec: { ...defaults.spec, layer } } satisfies Settings),
    /** another link is opened */
    go: (hash: string) => {
      location.hash = hash;
      events.dispatchEvent(new Event("hashchange"));
    },
    hash: () => location.hash,
  };
}

test("the address follows what a person changes, after a pause", () => {
  const { changed, hash } = begin();
  changed(3);
  changed(4);
  expect(hash()).toBe("");
  vi.runAllTimers();
  expect(hash()).toBe("#layer=4");
});

test("a link that is opened meanwhile stays", () => {
  const { changed, go, hash, set } = begin();
  changed(3);
  go("#layer=7");
  vi.runAllTimers();
  expect(set.mock.lastCall?.[0].spec.layer).toBe(7);
  expect(hash()).toBe("#layer=7");
  changed(5);
  vi.runAllTimers();
  expect(hash()).toBe("#layer=5");
});

test("a place on the page is no link to an experiment", () => {
  const { changed, go, hash } = begin();
  changed(3);
  go("#which-model");
  vi.runAllTimers();
  expect(hash()).toBe("#layer=3");
});
