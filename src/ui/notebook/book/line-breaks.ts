// Places in a text whose lines may end in two characters, as files from elsewhere do, and in an editor, where each line
// break is one. Pure.

/** An offset in a text, as an editor that shows it counts. */
export function inEditor(text: string, offset: number): number {
  return text.slice(0, offset).replaceAll("\r\n", "\n").length;
}

/** An offset in an editor, as one in the text that it shows. */
export function inText(text: string, offset: number): number {
  let at = offset;
  for (const { index } of text.matchAll(/\r\n/g)) {
    if (index >= at) break;
    at++;
  }
  return at;
}
