// A part of the script that comes once a person asks for it.

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
