// What a terminal would show of a program's text: colours and weights by SGR sequences, lines overwritten after a
// carriage return, everything else that begins with ESC left out. Pure.

/** the eight colours of a terminal; the exact shade is the page's, so that it can be read on its background */
export const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
export type Colour = (typeof colours)[number];

/** a stretch of text in one look */
export interface Span {
  readonly text: string;
  readonly colour: Colour | undefined;
  readonly background: Colour | undefined;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

type Look = Omit<Span, "text">;

const plain: Look = {
  colour: undefined,
  background: undefined,
  bold: false,
  italic: false,
  underline: false,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const sequence = /\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/g;

/** Text with escape sequences as stretches of one look each. */
export function parseAnsi(text: string): Span[] {
  const spans: Span[] = [];
  let look = plain;
  let end = 0;
  const add = (piece: string) => {
    if (piece !== "") spans.push({ text: piece, ...look });
  };
  for (const match of text.matchAll(sequence)) {
    add(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [, parameters, final] = match;
    if (final === "m" && parameters !== undefined) look = changed(look, parameters);
  }
  add(text.slice(end));
  return spans;
}

/** The text alone. */
export function withoutAnsi(text: string): string {
  return text.replace(sequence, "");
}

/** Text as it stands after its carriage returns and backspaces: a progress bar is one line, its last state. */
export function overwrite(text: string): string {
  if (!/[\r\b]/.test(text)) return text;
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) =>
      erase(line)
        .replace(/^.*\r(?=[^\r])/s, "")
        .replace(/\r+$/, ""),
    )
    .join("\n");
}

function erase(line: string): string {
  if (!line.includes("\b")) return line;
  const kept: string[] = [];
  for (const character of line) {
    if (character === "\b") kept.pop();
    else kept.push(character);
  }
  return kept.join("");
}

function changed(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let look = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(i + 1, i + 5));
      look = code === 38 ? { ...look, colour } : { ...look, background: colour };
      i += used;
    } else look = simple(look, code);
  }
  return look;
}

function simple(look: Look, code: number): Look {
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
    return { ...look, colour: colours[code % 10] };
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107))
    return { ...look, background: colours[code % 10] };
  switch (code) {
    case 0:
      return plain;
    case 1:
      return { ...look, bold: true };
    case 3:
      return { ...look, italic: true };
    case 4:
      return { ...look, underline: true };
    // swapped colours would be unreadable in a palette made for one background
    case 7:
      return { ...look, background: look.colour ?? "white" };
    case 22:
      return { ...look, bold: false };
    case 23:
      return { ...look, italic: false };
    case 24:
      return { ...look, underline: false };
    case 39:
      return { ...look, colour: undefined };
    case 27:
    case 49:
      return { ...look, background: undefined };
    default:
      return look;
  }
}

/** The nearest of the eight to "5;n" or "2;r;g;b", and how many codes that took. */
function extended([kind, ...rest]: readonly number[]): [Colour | undefined, number] {
  if (kind === 2) return [nearest(rest.slice(0, 3)), 4];
  if (kind !== 5) return [undefined, 1];
  const n = rest[0] ?? 0;
  if (n < 16) return [colours[n % 8], 2];
  if (n >= 232) return [n < 244 ? "black" : "white", 2];
  const steps = [Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6];
  return [nearest(steps.map((step) => step * 51)), 2];
}

/** The hue of red, green and blue (0 to 255): each counts that is more than half of the strongest. */
function nearest(rgb: readonly number[]): Colour {
  const strongest = Math.max(...rgb);
  if (strongest < 64) return "black";
  const bits = rgb.map((value) => (value > strongest * 0.6 ? 1 : 0));
  return colours[bits[0]! + 2 * (bits[1] ?? 0) + 4 * (bits[2] ?? 0)]!;
}
