/** white space, and commas and semicolons of all the scripts whose words BERTs know */
const between = /[\s,;\uff0c\u3001\uff64\uff1b\u060c\u061b]+/;

/** each run of what stands between words, in a text that may have several */
export const separator = new RegExp(between, "g");

/** What stands between commas, semicolons or spaces, Chinese and Arabic ones too, in the order written. */
export function separated(text: string): string[] {
  return text.split(between).filter(Boolean);
}

/** {@link separated}, each once. */
export function listed(text: string): string[] {
  return [...new Set(separated(text))];
}
