/** What a file has in place of what belongs there, for a message: short, whatever it is. */
export function shown(value: unknown, longest = 200): string {
  try {
    const text = JSON.stringify(value) ?? "undefined";
    return text.length > longest ? `${text.slice(0, longest)}…` : text;
  } catch {
    return "(nested too deeply to be shown)";
  }
}

/** A text as it is, for a message, unless it is long. */
export const brief = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
