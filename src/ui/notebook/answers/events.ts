// What the answers' element asks for, all of it from something a person did.

export interface AnswerEvents {
  /** save the marked answers as a file */
  "nn-answers-save": { name: string };
  /** copy them as text */
  "nn-answers-copy": { name: string };
  /** read a sheet that was pasted */
  "nn-answers-read": { text: string };
  /** choose files of sheets */
  "nn-answers-choose": undefined;
  /** compute the experiments of all sheets again */
  "nn-answers-compute": undefined;
  /** put the sheets away */
  "nn-answers-clear": undefined;
}

type Listened = { [K in keyof AnswerEvents]: CustomEvent<AnswerEvents[K]> };

declare global {
  interface HTMLElementEventMap extends Listened {}
}

export function ask<K extends keyof AnswerEvents>(from: EventTarget, type: K, detail: AnswerEvents[K]): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
