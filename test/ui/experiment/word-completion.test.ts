import { describe, expect, test } from "vitest";
import { complete, completions } from "../../../src/ui/experiment/word-completion.ts";

const words = ["the", "this", "that", "these", "those", "There", "they", "them", "theme", "then", "thin"];

/** the caret stands at the bar */
const at = (text: string): [list: string, caret: number] => [text.replace("|", ""), text.indexOf("|")];

describe("words that are offered", () => {
  test.each([
    ["these, thi|", ["this", "thin"]],
    ["thi|, these", ["this", "thin"]],
    ["this thi|", ["thin"]],
    // other capitals come after the same ones
    ["ther|", ["There"]],
    ["qz|", []],
    // nothing is being typed, or not at its end
    ["|", []],
    ["these, |", []],
    ["th|ese", []],
    // the word itself is no completion of it
    ["this|", []],
  ])("%s", (text, expected) => expect(completions(words, ...at(text))).toEqual(expected));

  test("are eight at most, in the model's order", () => {
    expect(completions(words, "th", 2)).toEqual(words.filter((word) => word !== "There").slice(0, 8));
  });
});

test.each([
  ["these, thi|", "this", "these, this, |"],
  ["thi|, these", "this", "this|, these"],
  ["a thi| b", "this", "a this| b"],
  ["ther|", "There", "There, |"],
])("%s becomes, with %s, %s", (text, word, expected) => {
  const { list, caret } = complete(...at(text), word);
  expect(`${list.slice(0, caret)}|${list.slice(caret)}`).toBe(expected);
});
