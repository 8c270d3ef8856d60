// Which model: the choice among those of the site, what each is, and what there is where the course's model is missing.

import { html } from "lit";
import type { ModelInfo } from "../../engine/index.ts";
import { format, isOpened } from "../../model/index.ts";
import { sharingText } from "../kit/sharing.ts";
import { emit } from "./events.ts";
import type { ModelEntry } from "./models.ts";
import { isLoading, type Phase } from "./phase.ts";

interface Choice {
  readonly models: readonly ModelEntry[];
  readonly model: ModelEntry | undefined;
  readonly phase: Phase;
}

/** @param card fires nn-model */
export function modelChoice(card: HTMLElement, { models, model: chosen, phase }: Choice) {
  return html`
    <fieldset>
      <legend class="unseen">Model</legend>
      ${models.map(
        (model) => html`
          <label class="pick">
            <input
              type="radio"
              name="model"
              .checked=${model === chosen}
              ?disabled=${isLoading(phase)}
              @change=${() => emit(card, "nn-model", { model })}
            />
            <span>${model.title} <span class="quiet">${format.bytes(model.bytes)}</span></span>
          </label>
        `,
      )}
    </fieldset>
  `;
}

/**
 * What a model is, in a line.
 * @param chosen among several, where its title stands already
 * @param info where it is open
 */
export function modelFacts(
  { title, manifest, practice, layers, dMlp, licence, repo, rounding }: ModelEntry,
  chosen: boolean,
  info: ModelInfo | undefined,
) {
  const facts = [
    chosen ? "" : title,
    practice ? "a practice model" : "",
    isOpened(manifest) ? "opened here" : "",
    `${layers} layers of ${format.count(dMlp)} neurons`,
    // what an exporter writes for a licence that the checkpoint does not state
    licence === "unknown" ? "" : licence,
    title.startsWith(repo) ? "" : repo,
  ];
  const more = [sharingText(info?.sharedFrom), rounding];
  return html`
    <p class=${chosen ? "quiet" : ""}>${facts.filter(Boolean).join(" · ")}</p>
    ${more.map((text) => text && html`<p class="quiet">${text}</p>`)}
  `;
}

/** what there is instead of the course's model; on the machine of whoever made the site, how to change that */
export function onlyPractice() {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname)
    ? html`<p class="quiet small">
        The course’s model, bert-base-cased, can be opened from its folder, or put on this site for everybody:
        <code>npm run export -- google-bert/bert-base-cased</code> (see the README).
      </p>`
    : html`<p class="quiet small"><a href="#which-model">What this model can and cannot show</a></p>`;
}
