// Where a model is kept, and what can be done where it cannot be: no room on the device, or storage that the browser keeps
// apart for the site around this page.

import { html, nothing } from "lit";
import type { ModelState } from "../../engine/index.ts";
import { format } from "../../model/index.ts";
import type { StorageReport } from "../../storage/index.ts";
import type { Embedding } from "./embedding.ts";
import { emit } from "./events.ts";
import type { ModelEntry } from "./models.ts";
import { accessText, noRoomText } from "./words.ts";
import "../kit/nn-notice.ts";

interface Room {
  readonly models: readonly ModelEntry[];
  readonly price: ModelState | undefined;
  readonly storage: StorageReport | undefined;
}

interface Surroundings {
  readonly embedding: Embedding;
  readonly ownAddress: string | undefined;
  readonly canAsk: boolean;
}

/**
 * The model cannot be kept: what can be done, before anything is fetched.
 * @param card fires nn-load, nn-remove, nn-cancel
 */
export function noRoom(card: HTMLElement, model: ModelEntry, room: Room) {
  if (!room.price) return nothing;
  return html`
    <nn-notice .heading=${noRoomText(model.title, room.price)}>
      Without keeping it, it works until this tab closes, and has to be downloaded again next time.
      <div slot="action" class="row">
        <button part="button" class="main" @click=${() => emit(card, "nn-load", { keep: false })}>Load without keeping it</button>
        ${removable(model, room).map(
          ([name, label]) =>
            html`<button part="button" @click=${() => emit(card, "nn-remove", { name })}>${label}</button>`,
        )}
        <button part="button" @click=${() => emit(card, "nn-cancel", undefined)}>Cancel</button>
      </div>
    </nn-notice>
  `;
}

/** kept models that could make room, with the words to offer it */
function removable({ name }: ModelEntry, { models, price, storage }: Room): [name: string, label: string][] {
  const kept = storage?.models ?? [];
  return kept
    .filter((model) => model.frees > 0 && (model.name !== name || price?.outdated))
    .map((model) => {
      const title = models.find((entry) => entry.name === model.name)?.title ?? model.name;
      const what = model.name === name ? "the old version" : title;
      return [model.name, `Remove ${what} (${format.bytes(model.frees)}) and go on`];
    });
}

/**
 * In a page of another site: the ways to what is kept for this one.
 * @param card fires nn-access
 */
export function embeddingNote(
  card: HTMLElement,
  { manifest }: ModelEntry,
  { embedding, ownAddress, canAsk }: Surroundings,
) {
  if (embedding.kind === "own") return nothing;
  const ask = embedding.kind === "framed" && embedding.access === "possible" && canAsk;
  const answer = embedding.kind === "framed" ? accessText(embedding) : "";
  if (!ask && !answer && !ownAddress) return nothing;
  return html`
    <div class="row">
      ${answer ? html`<span>${answer}</span>` : nothing}
      ${ownAddress ? html`<a href=${ownAddress} target="_blank" rel="noopener">Open in its own tab</a>` : nothing}
      ${
        ask
          ? html`<button part="button" @click=${() => emit(card, "nn-access", undefined)}>
              Use what this browser keeps for ${new URL(manifest).host}
            </button>`
          : nothing
      }
    </div>
  `;
}
