// What the notice beside the form says: whatever is wrong that neither the model's card nor a field of the form says. Pure.

import { fieldOf, type Problem, partOf } from "../experiment/spec.ts";
import type { Page } from "../experiment/state.ts";
import { noRoomText } from "../experiment/words.ts";

/** What the notice beside the form says; hidden when there is nothing that is not said elsewhere. */
export function noticeOf(page: Page, hasCard: boolean, hasForm: boolean) {
  const { complaints } = page;
  const problem = uncoveredProblem(page, hasCard, hasForm);
  const ignored = complaints.length > 0 ? "Part of what was asked for could not be read." : "";
  const heading = problem?.message ?? ignored;
  const kind: "note" | "error" = problem ? "error" : "note";
  return { kind, heading, hidden: heading === "", textContent: problem?.hint ?? complaints.join(" ") };
}

/** The problem that neither the card nor a field of the form can say. */
function uncoveredProblem(
  { phase, settings: { hide }, model, price, draft }: Page,
  hasCard: boolean,
  hasForm: boolean,
): Omit<Problem, "code"> | undefined {
  if (phase.kind === "lost") return phase.problem;
  if (phase.kind === "no-room" && !hasCard && model && price)
    return {
      message: noRoomText(model.title, price),
      hint: "Free disk space, or open this site in a tab of its own and remove another model there.",
    };
  if (phase.kind !== "error") return undefined;
  if (phase.during !== "run") return hasCard ? undefined : phase.problem;
  const field = fieldOf(phase.problem.code, 1 + (draft.more?.length ?? 0));
  const covered = field && hasForm && !hide.has("form") && !hide.has(partOf(field));
  return covered ? undefined : phase.problem;
}
