// Where a notebook came from, in words. What came from outside runs nothing before the reader says so.

import type { Source } from "../../../storage/index.ts";
import { isolated } from "../render/isolated.ts";

/** Where it came from, as part of a sentence; undefined where it came from here. */
export function originText(source: Source): string | undefined {
  switch (source.kind) {
    case "file":
      return `the file ${isolated(source.name)}`;
    case "link":
      return "a link";
    case "url":
      return isolated(source.href);
    case "built-in":
    case "new":
      return undefined;
    default:
      return source satisfies never;
  }
}

/** Where it came from, as an entry of a list says it. */
export function shortOrigin(source: Source): string {
  switch (source.kind) {
    case "file":
      return `from ${isolated(source.name)}`;
    case "link":
      return "from a link";
    case "url":
      return `from ${isolated(new URL(source.href).pathname)}`;
    case "built-in":
      return "from this site";
    case "new":
      return "made here";
    default:
      return source satisfies never;
  }
}
