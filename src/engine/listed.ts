/** white space, and commas and semicolons of all the scripts whose words BERTs know */
const between = /[\s,;\uff0c\u3001\uff64\uff1b\u060c\u061b]+/;

/** Words separated by commas, semicolons or spaces, Chinese and Arabic ones too; each once, in the order written. */
export function listed(text: string): string[] {
  return [...new Set(text.split(between).filter(Boolean))];
}
