// What a status of the Hub means, to a person who wants a model.

import { CheckpointError } from "../checkpoint/index.ts";
import type { Repository } from "./answers.ts";

/**
 * What a server answered, or sent in place of a file: it says nothing of the checkpoint, nor of what had arrived before, which
 * the next attempt goes on from.
 */
export class HubError extends CheckpointError {}

/**
 * Who asks: Node, where HF_TOKEN may be set, or a page, which has no token and never asks for one: what needs one is
 * downloaded by its owner, and its folder opened.
 */
export type Asker = "token" | "no token" | "page";

/**
 * Why an answer is none that can be used.
 * @param status of 400 or more
 * @param what was asked for: a file, or a revision of a repository
 */
export function refusalOf(
  status: number,
  what: string,
  { endpoint, repo }: Repository,
  asker: Asker,
): HubError {
  const page = `Log in at ${endpoint}/${repo}, download the model's files there, and open their folder here.`;
  switch (status) {
    case 401:
      return new HubError(
        `The Hub does not give out ${what}: it does not exist, or needs an access token${asker === "token" ? " other than HF_TOKEN" : ""} (status 401).`,
        asker === "page"
          ? `Check the name. If the model is private or gated: ${page}`
          : `Check the name; if the model is private or gated, set HF_TOKEN to a token from ${endpoint}/settings/tokens.`,
      );
    case 403:
      return new HubError(
        `The Hub refuses ${what} to ${asker === "token" ? "the account of HF_TOKEN" : "anonymous visitors"} (status 403).`,
        asker === "page"
          ? `The model may have terms to accept. ${page}`
          : `Accept the model's terms on ${endpoint}/${repo}, and set HF_TOKEN to a token of that account.`,
      );
    case 404:
      return new HubError(`The Hub has no ${what} (status 404).`, "Check the name and the revision.");
    default:
      return new HubError(
        `The Hub failed to send ${what} (status ${status}).`,
        asker === "page"
          ? "Wait a moment and try again; what has arrived is kept."
          : "Wait a moment and run the command again.",
      );
  }
}

/** An answer that should have been JSON and is not. @param check what else a person can check, a sentence */
export function notJson(url: string, check: string, cause?: unknown): HubError {
  return new HubError(`${url} did not answer with JSON.`, check, { cause });
}
