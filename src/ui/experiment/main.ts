// The page of the site itself: the experiment, its address, and what keeps the page for use without a network.

import { isOpened } from "../../model/index.ts";
import { startOffline } from "../kit/offline.ts";
import { followAddress } from "./address.ts";
import { findEmbedding } from "./embedding.ts";
import { startPage } from "./page.ts";
import { isLoading } from "./phase.ts";
import type { Settings } from "./settings.ts";
import { readSettings } from "./settings-text.ts";
import { createWorld } from "./world.ts";
import "./nn-share.ts";

const site = document.baseURI;
const share = document.querySelector("nn-share")!;
const offline = startOffline(document.querySelector("nn-site-status")!);
const { settings, complaints } = readSettings(location);

/** what of the settings is about more than the experiment */
const show = (settings: Settings) => {
  share.settings = settings;
  document.documentElement.style.colorScheme = settings.theme === "auto" ? "" : settings.theme;
};
share.site = site;
show(settings);

/** what is under way, after which the page may be loaded anew */
let [runs, sweeps] = [false, false];
const follow = followAddress(() => page);
const page = startPage(
  document,
  {
    ...createWorld(site, await findEmbedding(site)),
    onSettings: (settings) => {
      follow(settings);
      show(settings);
    },
    onModel: (model) => {
      share.onlyHere = model && isOpened(model.manifest) ? model.title : undefined;
    },
    onPhase: (phase) => {
      runs = isLoading(phase) || phase.kind === "running";
      offline.busy = runs || sweeps;
    },
    onSweep: (busy) => {
      sweeps = busy;
      offline.busy = runs || sweeps;
    },
  },
  settings,
  complaints,
);

// its elements show the same by now
for (const drawn of document.querySelectorAll("[data-static]")) drawn.remove();

// after followAddress has read a link that was opened while the page is
addEventListener("hashchange", () => show(page.settings));
