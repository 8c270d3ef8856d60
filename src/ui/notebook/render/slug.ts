// What headings are linked by. Pure.

/** before every id of a notebook, so that none means anything to a page, nor to the elements around it */
export const idPrefix = "nb-";

/** The part of an address after #, and a heading's id, in one form: lower case, words joined by dashes. */
export function slug(text: string): string {
  let words = text;
  try {
    words = decodeURIComponent(text);
  } catch {
    // a per cent sign that encodes nothing
  }
  return words
    .trim()
    .toLowerCase()
    .replace(/\s+/g, "-")
    .replace(/[^\p{L}\p{N}_-]/gu, "");
}
