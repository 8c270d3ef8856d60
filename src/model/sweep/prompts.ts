// Sentences from a template with slots: "{name} is selling [MASK] {noun}." with two names and three nouns is six. Pure.

import { EngineError } from "../errors.ts";

/** sentences from one template at most */
const most = 10_000;

/** the words for each slot, by its name */
export type Slots = Readonly<Record<string, readonly string[]>>;

/**
 * All sentences of a template, the last slot running fastest; of a text without slots, itself. A brace that is meant as
 * one is written twice.
 * @throws EngineError "prompts" for a slot without words, words without a slot, a brace without its other half, too many
 */
export function expandTemplate(template: string, slots: Slots): string[] {
  const { texts, names } = parse(template);
  const own = [...new Set(names)];
  for (const name of own)
    if (!Object.hasOwn(slots, name) || slots[name]!.length === 0)
      throw refused(
        `The template has a slot {${name}}, and there are no words for it.`,
        `Give words for it: ${name}=one,two.`,
      );
  const count = own.reduce((product, name) => product * slots[name]!.length, 1);
  if (count > most)
    throw refused(
      `The template stands for ${count} sentences, and may stand for ${most}.`,
      "Give fewer words.",
    );
  let chosen: Record<string, string>[] = [{}];
  for (const name of own)
    chosen = chosen.flatMap((words) => slots[name]!.map((word) => ({ ...words, [name]: word })));
  return chosen.map((words) =>
    texts.map((text, i) => text + (i < names.length ? words[names[i]!] : "")).join(""),
  );
}

/**
 * The sentences of several templates or plain texts, each once, in their order.
 * @throws EngineError "prompts" as {@link expandTemplate}, for a slot that none of them has, and when there is no sentence
 */
export function expandPrompts(templates: readonly string[], slots: Slots = {}): string[] {
  const used = new Set(templates.flatMap((template) => parse(template).names));
  const unused = Object.keys(slots).find((name) => !used.has(name));
  if (unused !== undefined)
    throw refused(
      `There are words for a slot {${unused}}, which is in no sentence.`,
      `Write {${unused}} where they are to stand.`,
    );
  const sentences = [...new Set(templates.flatMap((template) => expandTemplate(template, slots)))];
  if (sentences.length > 0) return sentences;
  throw refused("There is no sentence.", "Give at least one, with the model's mask in it.");
}

/** The texts around the slots, and the slots' names: one fewer. */
function parse(template: string): { texts: string[]; names: string[] } {
  const texts = [""];
  const names: string[] = [];
  for (const [piece = "", name] of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)) {
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))
        throw refused(`A slot is called "${name}".`, "Give it a name of letters and digits, such as {noun}.");
      names.push(name);
      texts.push("");
    } else if (piece === "{" || piece === "}")
      throw refused(
        `The template has a ${piece} without its other half.`,
        `Write ${piece}${piece} where ${piece} is meant.`,
      );
    else texts[texts.length - 1] += piece === "{{" || piece === "}}" ? piece.charAt(0) : piece;
  }
  return { texts, names };
}

function refused(message: string, hint: string): EngineError {
  return new EngineError("prompts", message, hint);
}
