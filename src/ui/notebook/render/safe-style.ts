// The classes, and the declarations of styles, of a notebook's HTML that may stay. Pure.

/** layout that cannot reach out of its place; colours are left to the page, which has two themes */
const properties =
  /^(border(-(top|right|bottom|left|collapse))?|display|font-(style|weight)|math-(depth|style)|padding(-(top|right|bottom|left))?|text-(align|decoration)|vertical-align|white-space|width)$/;
const values = /^[a-z\d.,%+\- ]{1,80}$/i;

/** Is no length in it longer than anything a notebook needs: 40 times the font's size, 999 of another unit? */
export function isSmall(value: string): boolean {
  const numbers = value.matchAll(/(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z%]*)/gi);
  return [...numbers].every(
    ([, number, unit]) => Number(number) <= (/^(r?em|r?ex|r?ch|r?lh|r?ic|r?cap)$/i.test(unit!) ? 40 : 999),
  );
}

/** The declarations of a style that may stay. */
export function safeStyle(text: string): [name: string, value: string][] {
  return text.split(";").flatMap((declaration): [string, string][] => {
    const [left = "", ...rest] = declaration.split(":");
    const name = left.trim().toLowerCase();
    const value = rest.join(":").trim();
    const allowed =
      properties.test(name) &&
      values.test(value) &&
      isSmall(value) &&
      !(name === "display" && !isMathDisplay(value)) &&
      !(name === "math-depth" && !/^[0-3]$/.test(value));
    return allowed ? [[name, value]] : [];
  });
}

function isMathDisplay(value: string): boolean {
  return value === "block math" || value === "none" || value === "inline-block";
}

/** The classes that may stay: ours. Empty where none does. */
export function safeClass(text: string): string {
  return text.match(/\b(tok-[a-z]+|tml-(left|right|display)|tex-error)\b/g)?.join(" ") ?? "";
}
