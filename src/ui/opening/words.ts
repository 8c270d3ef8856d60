// What the opening of a model says of itself.

import { type ChosenFolder, type HubModel, type OpenProgress, resumes } from "../../engine/index.ts";
import { format } from "../../model/index.ts";
import { waitingText } from "../experiment/words.ts";
import type { Chosen, OpeningState } from "./opening.ts";

/** the step that is under way, and how much of it is done: 0 to 1, or undefined where nobody knows */
export function stepOf(progress: OpenProgress): { text: string; share: number | undefined } {
  const { waiting } = progress;
  if (waiting?.kind === "other-tab")
    return {
      text: "Another tab is opening a model of this name; this one goes on after it",
      share: undefined,
    };
  if (waiting) return { text: waitingText(waiting), share: undefined };
  switch (progress.kind) {
    case "reading": {
      const { done, total } = progress;
      if (total === 0) return { text: "Looking at the files", share: undefined };
      return { text: `Reading the weights: ${Math.floor((done / total) * 100)} %`, share: done / total };
    }
    case "fetching": {
      const { done, total } = progress;
      return {
        text: `Downloading the weights from the Hub: ${format.bytes(done)} of ${format.bytes(total)}`,
        share: total > 0 ? done / total : undefined,
      };
    }
    case "downloading": {
      const { done, total } = progress;
      return {
        text: `Downloading ONNX Runtime from this site: ${format.bytes(done)} of ${format.bytes(total)}`,
        share: total > 0 ? done / total : undefined,
      };
    }
    case "preparing":
      return {
        text: "Computing a few known answers, by which the model is checked from now on",
        share: undefined,
      };
    default:
      return progress satisfies never;
  }
}

/** What was chosen, in a line. */
export function chosenText({ files }: ChosenFolder): string {
  const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  return `${files.size} ${files.size === 1 ? "file" : "files"}, ${format.bytes(bytes)}`;
}

/** What was found on the Hub, in a line. */
export function foundText({ revision, commit, licence, bytes }: HubModel): string {
  const at = commit.startsWith(revision) ? commit.slice(0, 12) : `${revision}, commit ${commit.slice(0, 12)}`;
  return `${at}, licence ${licence}, ${format.bytes(bytes)}`;
}

/**
 * What a name means.
 * @param replaces a model was opened under it before
 * @param own the model's own name, where another was proposed because that one is taken
 */
export function aboutText(name: string, replaces: boolean, own: string | undefined): string {
  const python = `In Python, if it is a BERT: HookedEncoder.from_pretrained("${name}").`;
  if (replaces) return `${python} It takes the place of the model that was opened under this name.`;
  return own ? `${python} A model called ${own} is opened already; call this one so to replace it.` : python;
}

/**
 * What it costs to open a model.
 * @param lasting what is kept is there after this tab
 * @param missing bytes of ONNX Runtime that are not here
 * @param arrived bytes from the Hub that an earlier download has left here
 */
export function priceText(from: Chosen, lasting: boolean, missing: number, arrived: number): string {
  const download = "hub" in from ? downloadText(from.hub, arrived) : "";
  const kept = lasting
    ? "The model is kept on this device, in about as many bytes, until you remove it."
    : "The browser lends this page no storage: the model is here until this tab closes.";
  const fetched = missing > 0 ? ` ONNX Runtime, ${format.bytes(missing)}, is downloaded from this site.` : "";
  return download + kept + fetched;
}

function downloadText(model: HubModel, arrived: number): string {
  const before = arrived > 0 ? `${format.bytes(arrived)} have arrived before. The other ` : "";
  const cancel = resumes(model)
    ? "When you cancel, what has arrived is kept, and the next time goes on from there."
    : "When you cancel, the next time begins anew: this host does not tell the hash of the weights, by which what has arrived could be checked.";
  return `${before}${format.bytes(model.bytes - arrived)} are downloaded from ${hostOf(model.endpoint)} and the servers that it keeps its files on. ${cancel} `;
}

/** The host of an address, as a person knows it. */
export const hostOf = (endpoint: string): string => new URL(endpoint).host;

/**
 * What a person means who types a Hub id, or pastes the address of a model's page, perhaps of one of its revisions or files.
 * @param endpoint the Hub's address
 * @param revision as typed; "" is the main branch, or the pasted address's
 */
export function questionOf(
  text: string,
  revision: string,
  endpoint: string,
): { repo: string; revision: string } {
  const typed = text.trim();
  const page = typed.startsWith(`${endpoint}/`) ? typed.slice(endpoint.length + 1) : typed;
  const [, repo = page, tree, blob] =
    /^([^?#]+?)(?:\/(?:tree\/([^?#]+?)|blob\/([^?#]+?)\/[^/?#]+))?\/?(?:[?#].*)?$/.exec(page) ?? [];
  return { repo, revision: revision.trim() || decoded(tree ?? blob ?? "main") };
}

/** A part of an address as it was before it was written into one. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What a screen reader hears; the page's own live region is behind the dialog. Each step once, and quarters of the reading. */
export function announcementOf(state: OpeningState): string {
  switch (state.kind) {
    case "asking":
      return state.waiting ? waitingText(state.waiting) : "Asking the Hub";
    case "choosing":
    case "chosen":
      return state.problem ? `${state.problem.message} ${state.problem.hint}` : "";
    case "opening": {
      const { text, share } = stepOf(state.progress);
      const { kind } = state.progress;
      const step = text.replace(/:.*/, "");
      if ((kind !== "reading" && kind !== "fetching") || share === undefined || share < 0.25) return step;
      return `${step}: ${Math.floor(share * 4) * 25} %`;
    }
    case "opened":
      return `${state.model.name} is on this device.`;
    default:
      return state satisfies never;
  }
}
