// Runs what a person has changed without being told to, once a first run in this session has shown that they want to see
// numbers: each touch is answered. Typing is waited for until it pauses; everything else runs at once. A run that is under
// way is replaced by the newer one.

import type { ExperimentSpec } from "../../model/index.ts";
import type { ExperimentPage } from "./experiment-page.ts";
import type { ModelSession } from "./model-session.ts";
import { openModel } from "./phase.ts";
import { check, sameSpec, toFields } from "./spec.ts";

/** milliseconds without a key after which typing has paused */
const typingPause = 500;

export class Rerun {
  readonly #page: ExperimentPage;
  readonly #session: ModelSession;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(page: ExperimentPage, session: ModelSession) {
    this.#page = page;
    this.#session = session;
  }

  /** Another experiment stands in the form. @param typed by typing, which may go on */
  changed(spec: ExperimentSpec, typed: boolean): void {
    this.forget();
    const page = this.#page;
    const wanted = this.#wanted(spec);
    page.dispatch({ kind: "edited", spec, pending: wanted });
    if (wanted) this.#timer = setTimeout(() => this.#run(), typed ? typingPause : 0);
    // back at what is shown: what runs is not asked for any more
    else if (page.state.phase.kind === "running" && this.#ready()) this.#session.stop();
  }

  /** Nothing runs by itself that was to. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The model is open, and has answered in this session. */
  #ready(): boolean {
    const { phase, shown, settings } = this.#page.state;
    const { hide } = settings;
    // where the form is not shown, nobody changes what is in it; where its button alone is hidden, a run was asked for elsewhere
    if (!this.#page.form || hide.has("form") || phase.kind === "lost") return false;
    return openModel(phase) !== undefined && shown !== undefined && !shown.recorded;
  }

  #wanted(spec: ExperimentSpec): boolean {
    const { shown, model } = this.#page.state;
    if (!this.#ready()) return false;
    return !(shown && sameSpec(shown.spec, spec) && shown.result.provenance.model === model?.name);
  }

  #run(): void {
    const page = this.#page;
    const { draft, phase, model } = page.state;
    if (!this.#wanted(draft)) {
      page.dispatch({ kind: "waived" });
      return;
    }
    const complaints = check(toFields(draft), openModel(phase) ?? model);
    if (Object.keys(complaints).length === 0) {
      this.#session.runOrLoad();
      return;
    }
    if (page.form) page.form.complaints = complaints;
    this.#session.stop();
    page.dispatch({ kind: "waived" });
  }
}
