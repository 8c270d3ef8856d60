// Addresses that hold an experiment, and the page's own, which follows what a person does so that a reload finds it again.
// Settings are in the fragment, which browsers send to no server.

import type { PageHandle } from "./page-world.ts";
import { defaults, type Settings } from "./settings.ts";
import { namesSettings, readSettings, writeSettings } from "./settings-text.ts";

/** how long a person must pause before the address is written: browsers stop pages that write it all the time */
const pause = 300;

/**
 * The experiment on the site's own page: whole and in the reader's colours, whatever an embedding page hides. Only the
 * recorded result stays hidden, which is not about looks: the reader is to predict first.
 */
export function pageAddress(site: string, settings: Settings): string {
  return withFragment(new URL("experiment.html", site), {
    ...settings,
    theme: defaults.theme,
    hide: settings.hide.has("recorded") ? new Set(["recorded"]) : defaults.hide,
  });
}

/** The experiment as a page without anything round it, for a frame. */
export function embedAddress(site: string, settings: Settings): string {
  return withFragment(new URL("embed.html", site), settings);
}

function withFragment({ href }: URL, settings: Settings): string {
  const fragment = writeSettings(settings);
  return fragment ? `${href}#${fragment}` : href;
}

/**
 * Keep this page's address in step, and follow another link to this page that is opened while it is open.
 * @returns to be called with the settings whenever a person changes them
 */
export function followAddress(page: () => PageHandle): (settings: Settings) => void {
  let waiting: { settings: Settings; timer: ReturnType<typeof setTimeout> } | undefined;
  const write = () => {
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const fragment = writeSettings(waiting.settings);
    waiting = undefined;
    history.replaceState(
      history.state,
      "",
      `${location.pathname}${location.search}${fragment && `#${fragment}`}`,
    );
  };
  addEventListener("pagehide", write);
  addEventListener("hashchange", () => {
    if (!namesSettings(location.hash)) return;
    // what was to be written is older than the link
    clearTimeout(waiting?.timer);
    waiting = undefined;
    const { settings, complaints } = readSettings(location);
    page().set(settings, complaints);
  });
  return (settings) => {
    clearTimeout(waiting?.timer);
    waiting = { settings, timer: setTimeout(write, pause) };
  };
}
