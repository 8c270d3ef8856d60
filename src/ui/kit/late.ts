// A part of the script that comes once a person asks for it, and what stands there until then.

import { css, html, nothing } from "lit";

/** how far it is; "missing" until it is asked for again */
export type Step = "not asked for" | "coming" | "here" | "missing";

/**
 * Fetch it, unless it is here or on its way.
 * @param set is told every step
 */
export async function fetchLate(
  step: Step,
  load: () => Promise<unknown>,
  set: (step: Step) => void,
): Promise<void> {
  if (step === "coming" || step === "here") return;
  set("coming");
  try {
    await load();
    set("here");
  } catch (cause) {
    console.warn(cause);
    set("missing");
  }
}

/** Says that it is on its way; nothing in the first moments, in which most have come. Needs {@link lateStyles}. */
export function whileComing(step: Step): unknown {
  return step === "coming" ? html`<p class="quiet coming">Loading…</p>` : nothing;
}

export const lateStyles = css`
  .coming {
    animation: appear 0s 300ms both;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
`;
