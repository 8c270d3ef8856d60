// Puts the page of an experiment together: what it holds, what loads and runs the model, what hears its elements. The
// outside world comes in as a parameter, so that the whole page runs against a stand-in.
//
// What a link or an attribute asks for comes in as Settings, at the start and whenever they change (PageHandle.set).
// What of it could not be understood comes beside them as `complaints`, whole sentences, and is shown in the page's
// notice until the next result; the page adds its own, as for a model that the site does not have.

import { StorageRequests } from "../kit/storage-requests.ts";
import type { NotebookEvents } from "./events.ts";
import { ExperimentPage } from "./experiment-page.ts";
import { ModelSession } from "./model-session.ts";
import { Offers } from "./offers.ts";
import { pageSweeps } from "./page-sweeps.ts";
import type { PageHandle, World } from "./page-world.ts";
import { isLoading } from "./phase.ts";
import { Rerun } from "./rerun.ts";
import { defaults, type Settings } from "./settings.ts";
import { sameSpec } from "./spec.ts";
import { settingsOf } from "./state.ts";

/** How long typing must pause before the sentence is tokenized. */
const tokenizeAfter = 150;

/**
 * Bring the elements in `root` to life. Any of them may be missing.
 * @param complaints what of the settings could not be understood, as sentences
 */
export function startPage(
  root: ParentNode,
  world: World,
  settings: Settings = defaults,
  complaints: readonly string[] = [],
): PageHandle {
  const page = new ExperimentPage(root, world, settings, complaints);
  const offers = new Offers(page);
  const session = new ModelSession(page, offers);
  const storage = new StorageRequests(page, offers, session);
  const rerun = new Rerun(page, session);
  const ended = new AbortController();
  const sweeps = pageSweeps(page, session, ended.signal);
  const { card, form, opener, panel } = page;
  let typing: ReturnType<typeof setTimeout> | undefined;

  /** what is under way is of a model that is no longer asked for */
  const halt = () => {
    rerun.forget();
    session.halt();
    sweeps.halt();
  };

  const set = (next: Settings, complaints: readonly string[] = []) => {
    rerun.forget();
    const before = page.state;
    page.dispatch({ kind: "settings", settings: next, complaints });
    const { model, device, phase } = page.state;
    if (model !== before.model || (device !== before.device && !isLoading(phase))) halt();
    if (model !== before.model) page.forget();
    if (form && !sameSpec(next.spec, before.draft)) form.spec = next.spec;
    if (model && model !== before.model) void offers.ask(model);
    void session.tokenize();
  };

  const listening: (() => void)[] = [];
  const listen = <K extends keyof NotebookEvents>(
    element: EventTarget | null,
    type: K,
    hear: (detail: NotebookEvents[K]) => void,
  ) => {
    const listener = (event: Event) => hear((event as CustomEvent<NotebookEvents[K]>).detail);
    element?.addEventListener(type, listener);
    listening.push(() => element?.removeEventListener(type, listener));
  };
  listen(card, "nn-load", ({ keep }) => {
    const { hide } = page.state.settings;
    // without a form there is no other button
    const alone = !form || hide.has("form") || hide.has("run");
    void offers.begun(() => session.load(alone, keep));
  });
  listen(card, "nn-again", () => void offers.begin());
  listen(card, "nn-cancel", () => {
    halt();
    page.dispatch({ kind: "cancelled" });
  });
  listen(card, "nn-model", ({ model }) => {
    halt();
    page.forget();
    page.dispatch({ kind: "model", model });
    void offers.ask(model);
    page.changed();
  });
  listen(opener, "nn-opened", ({ model, keep }) => {
    halt();
    page.forget();
    const models = page.state.models.filter(({ name }) => name !== model.name);
    page.dispatch({ kind: "models", models: [...models, model], chosen: model });
    // everything is here, perhaps in the memory of the engine alone, which knows
    offers.awake = true;
    void offers.ask(model);
    session.load(false, keep);
    page.changed();
  });
  listen(card, "nn-device", ({ device }) => {
    // a model on its way goes on, and is opened there
    if (!isLoading(page.state.phase)) halt();
    page.dispatch({ kind: "device", device });
    page.changed();
  });
  listen(card, "nn-access", () => void storage.access());
  // what the panel says is heard at the card that it lies in
  const heard = panel?.parentElement === card ? [card] : [card, panel];
  for (const element of heard) listen(element, "nn-remove", ({ name }) => void storage.remove(name));
  listen(panel, "nn-persist", () => void storage.persist());
  listen(form, "nn-edit", ({ spec, typed }) => {
    rerun.changed(spec, typed);
    clearTimeout(typing);
    typing = setTimeout(() => void session.tokenize(), tokenizeAfter);
    page.changed();
  });
  listen(root, "nn-word", ({ word }) => {
    const { draft } = page.state;
    if (draft.candidates.includes(word)) return;
    const spec = { ...draft, candidates: [...draft.candidates, word] };
    page.write(spec);
    rerun.changed(spec, false);
  });
  listen(form, "nn-run", ({ spec }) => {
    rerun.forget();
    page.dispatch({ kind: "edited", spec });
    session.runOrLoad();
  });
  listen(form, "nn-stop", () => {
    rerun.forget();
    session.stop();
  });
  // from whatever lies in the root
  listen(root, "nn-announce", ({ message }) => page.say(message));

  if (form) form.spec = settings.spec;
  page.draw();
  page.say(complaints.join(" "));
  void offers.begin();

  return {
    load: () => void offers.begun(() => session.load(false)),
    run: () => session.runOrLoad(),
    set,
    dispose: () => {
      halt();
      ended.abort();
      sweeps.dispose();
      clearTimeout(typing);
      page.dispose();
      for (const stop of listening) stop();
      world.engine.dispose().catch(() => {});
    },
    get settings() {
      return settingsOf(page.state);
    },
    get shown() {
      return page.state.shown;
    },
  };
}
