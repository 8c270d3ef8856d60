// Settings from texts and back: a link's fragment, an embedded page's address, an element's attributes. What a stranger wrote
// is read without trust: whatever is wrong falls back to the default, and is named.

import { byName, clean, type Parameter, parameters, says, textOf } from "./parameters.ts";
import { defaults, type Settings } from "./settings.ts";

/** settings as they were read, and a sentence about each thing that could not be */
export interface Reading {
  settings: Settings;
  complaints: string[];
}

/** longest text of a parameter: far beyond what a model reads at once */
const longestText = 4000;
/** longest fragment or query that is looked at: two such texts, percent-encoded */
const longestAddress = 100_000;
/** more is a hostile or a mangled link, of which a few examples are enough */
const mostComplaints = 8;

/** Settings from names and texts, such as an element's attributes; what is missing or wrong is as in `base`. */
export function readValues(values: Iterable<readonly [string, string]>, base: Settings = defaults): Reading {
  const complaints: string[] = [];
  const seen = new Set<string>();
  const given = [...values];
  const all = given.some(([name]) => byName.get(name)?.edits === "all");
  let settings = base;
  for (const [name, text] of given) {
    const parameter = byName.get(name);
    if (!parameter) {
      complaints.push(`“${shorten(name)}” is no parameter and is ignored.`);
    } else if (all && parameter.edits === "one") {
      complaints.push(`“${name}” is ignored beside “edits”, which names the neurons.`);
    } else if (seen.has(name)) {
      complaints.push(
        `“${name}” is there more than once; “${shorten(textOf(parameter, settings))}” is used.`,
      );
    } else {
      seen.add(name);
      const read = text.length <= longestText ? parameter.put(settings, clean(text)) : undefined;
      if (!read) complaints.push(complaint(parameter, text, base));
      settings = read ?? settings;
    }
  }
  return { settings, complaints: fold(complaints) };
}

function complaint(parameter: Parameter, text: string, base: Settings): string {
  const { name, takes } = parameter;
  const got = text.length > longestText ? `${text.length} characters long` : `“${shorten(text)}”`;
  const instead = textOf(parameter, base);
  return `“${name}” takes ${takes}, but is ${got}; ${instead ? `“${shorten(instead)}”` : "its default"} is used instead.`;
}

/** The start of a text that may be anything. */
function shorten(text: string): string {
  const line = clean(text.slice(0, 200));
  const characters = [...line];
  return characters.length > 40 || text.length > 200 ? `${characters.slice(0, 39).join("")}…` : line;
}

function fold(complaints: string[]): string[] {
  if (complaints.length <= mostComplaints) return complaints;
  const more = complaints.length - mostComplaints + 1;
  return [...complaints.slice(0, mostComplaints - 1), `${more} more parts of the address are ignored.`];
}

/** what {@link readSettings} needs of a Location */
export interface Address {
  readonly hash: string;
  readonly search: string;
}

/**
 * The settings an address asks for. Never throws.
 * @param query read the query, too, as embedded pages do; the fragment counts more. Names there that are unknown are
 *   passed over, because course systems add theirs
 */
export function readSettings({ hash, search }: Address, { query = false } = {}): Reading {
  const below = query
    ? readText(search.replace(/^\?/, ""), defaults, true)
    : { settings: defaults, complaints: [] };
  const above = namesSettings(hash)
    ? readText(hash.replace(/^#/, ""), below.settings, false)
    : { settings: below.settings, complaints: [] };
  return { settings: above.settings, complaints: fold([...below.complaints, ...above.complaints]) };
}

/** Does a fragment hold settings, or is it empty or the name of a place on the page? */
export function namesSettings(hash: string): boolean {
  return hash.includes("=");
}

function readText(text: string, base: Settings, tolerant: boolean): Reading {
  if (text.length > longestAddress)
    return {
      settings: base,
      complaints: [
        `The address is ${text.length} characters long, which no link of ours is, and is ignored.`,
      ],
    };
  const unreadable: string[] = [];
  const values: [string, string][] = [];
  for (const piece of text.split("&").filter(Boolean)) {
    const [name = "", ...rest] = piece.split("=");
    const value = decode(rest.join("="));
    if (tolerant && !byName.has(name)) continue;
    if (value === undefined || rest.length === 0)
      unreadable.push(`“${shorten(piece)}” cannot be read and is ignored.`);
    else values.push([decode(name) ?? name, value]);
  }
  const { settings, complaints } = readValues(values, base);
  return { settings, complaints: fold([...unreadable, ...complaints]) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** The settings as an address's fragment (or query), without its # (or ?): what differs from the defaults, readably. */
export function writeSettings(settings: Settings): string {
  const written = parameters.flatMap((parameter) => {
    const text = textOf(parameter, settings);
    if (!says(parameter, settings)) return [];
    const reads = text.length <= longestText && parameter.put(defaults, text);
    // what could not be read again, such as a number that is still being typed, is left out
    return !reads || text === textOf(parameter, defaults) ? [] : `${parameter.name}=${encode(text)}`;
  });
  // programs that find links in a text take punctuation at the end for the text's
  return written.join("&").replace(/[.!~*'()\],:]$/, percent);
}

/** Percent-encode all but what is harmless and reads better as it is. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%(5B|5D|2C|3A)/g, (code) => decodeURIComponent(code))
    .replaceAll("'", "%27")
    .replaceAll("%20", "+");
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Do two settings read the same? */
export function sameSettings(a: Settings, b: Settings): boolean {
  return parameters.every((parameter) => textOf(parameter, a) === textOf(parameter, b));
}
