// What a person asks of the browser's storage: forget a kept model, delete nothing by itself, lend what this site's own
// tabs keep. What the model costs is looked at anew after each.

import { isOpened } from "../../model/index.ts";
import type { ExperimentPage } from "../experiment/experiment-page.ts";
import type { ModelSession } from "../experiment/model-session.ts";
import type { Offers } from "../experiment/offers.ts";
import { isLoading } from "../experiment/phase.ts";
import { fits } from "../experiment/price.ts";

export class StorageRequests {
  readonly #page: ExperimentPage;
  readonly #offers: Offers;
  readonly #session: ModelSession;

  constructor(page: ExperimentPage, offers: Offers, session: ModelSession) {
    this.#page = page;
    this.#offers = offers;
    this.#session = session;
  }

  /** Forget a kept model. Where loading waits for room and this made enough, it goes on. */
  async remove(name: string): Promise<void> {
    const [page, session] = [this.#page, this.#session];
    const title = page.state.models.find((model) => model.name === name)?.title ?? name;
    const free = page.state.price?.free ?? 0;
    this.#offers.awake = true;
    // what is still on its way would be kept after all
    if (isLoading(page.state.phase) && page.state.model?.name === name) {
      session.halt();
      page.dispatch({ kind: "cancelled" });
    }
    if (!isLoading(page.state.phase)) await session.ended;
    const freed = await page.world.engine.remove(name).catch(() => undefined);
    page.dispatch({ kind: "removed", removed: { title, freed } });
    if (freed !== undefined) this.#forget(name);
    // browsers delete in their own time, and count what is deleted as used until then
    await this.#offers.refresh(freed === undefined ? 0 : free + freed);
    const { phase, price } = page.state;
    if (phase.kind === "no-room" && price && fits(price)) session.load(phase.thenRun);
  }

  /** A model that was opened here is among the models no more: nothing serves it. */
  #forget(name: string): void {
    const [page, session] = [this.#page, this.#session];
    const { models, model } = page.state;
    const left = models.filter((each) => each.name !== name || !isOpened(each.manifest));
    if (left.length === models.length) return;
    page.world.forget(name);
    if (model && !left.includes(model)) {
      session.halt();
      page.forget();
    }
    page.dispatch({ kind: "models", models: left });
    page.changed();
  }

  /** Ask the browser to delete nothing by itself. */
  async persist(): Promise<void> {
    const granted = await this.#page.world.persist().catch(() => false);
    this.#page.dispatch({ kind: "promise", answer: granted ? "granted" : "refused" });
    void this.#offers.refresh();
  }

  /** Ask for the storage of this site's own tabs. */
  async access(): Promise<void> {
    const granted = (await this.#page.world.access?.().catch(() => false)) ?? false;
    if (granted) this.#offers.awake = true;
    this.#page.dispatch({ kind: "access", answer: granted ? "granted" : "refused" });
    void this.#offers.refresh();
  }
}
