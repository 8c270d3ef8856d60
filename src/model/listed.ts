/** white space, and commas and semicolons of all the scripts whose words BERTs know */
const between = /[\s,;\uff0c\u3001\uff64\uff1b\u060c\u061b]+/;

/** What stands between commas, semicolons or spaces, Chinese and Arabic ones too, in the order written. */
export function separated(text: string): string[] {
  return text.split(between).filter(Boolean);
}

/** {@link separated}, each once. */
export function listed(text: string): string[] {
  return [...new Set(separated(text))];
}
