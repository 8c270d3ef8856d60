/** What a file has in place of what belongs there, for a message: short, whatever it is. */
export function shown(value: unknown, longest = 200): string {
  try {
    const text = JSON.stringify(value) ?? "undefined";
    return text.length > longest ? `${text.slice(0, longest)}…` : text;
  } catch {
    return "(nested too deeply to be shown)";
  }
}
