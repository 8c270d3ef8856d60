// A cell's outputs, between the file's form, where text may be a list of lines, and ours, where it is one string.

import type { Json, JsonObject, MimeBundle, Output } from "./types.ts";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that may be a list of lines; undefined when it is neither. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  return undefined;
}

/** Lines as Jupyter writes them: each with its line break. */
export function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** One output; undefined when it is not one. An output of a kind that is not known here becomes words that say so. */
export function readOutput(value: Json): Output | undefined {
  if (!isObject(value) || typeof value.output_type !== "string") return undefined;
  const metadata = isObject(value.metadata) ? value.metadata : {};
  switch (value.output_type) {
    case "stream": {
      const text = textOf(value.text ?? "");
      const name = value.name === "stderr" ? "stderr" : "stdout";
      return text === undefined ? undefined : { output_type: "stream", name, text };
    }
    case "display_data":
    case "update_display_data":
      return isObject(value.data ?? {})
        ? { output_type: "display_data", data: readBundle(value.data), metadata }
        : undefined;
    case "execute_result": {
      const count = typeof value.execution_count === "number" ? value.execution_count : null;
      return isObject(value.data ?? {})
        ? { output_type: "execute_result", data: readBundle(value.data), metadata, execution_count: count }
        : undefined;
    }
    case "error": {
      const lines = Array.isArray(value.traceback) ? value.traceback : [];
      return {
        output_type: "error",
        ename: textOf(value.ename) ?? "Error",
        evalue: textOf(value.evalue) ?? "",
        traceback: lines.map((line) => textOf(line) ?? ""),
      };
    }
    default: {
      const words = `(an output of the kind “${value.output_type}”, which is kept in the file)`;
      return { output_type: "display_data", data: { "text/plain": words }, metadata };
    }
  }
}

/** An output as nbformat 4.5 has it. */
export function writeOutput(output: Output): Json {
  switch (output.output_type) {
    case "stream":
      return { name: output.name, output_type: "stream", text: linesOf(output.text) };
    case "display_data":
      return { data: writeBundle(output.data), metadata: output.metadata, output_type: "display_data" };
    case "execute_result":
      return {
        data: writeBundle(output.data),
        execution_count: output.execution_count,
        metadata: output.metadata,
        output_type: "execute_result",
      };
    case "error":
      return {
        ename: output.ename,
        evalue: output.evalue,
        output_type: "error",
        traceback: output.traceback,
      };
    default:
      return output satisfies never;
  }
}

/** Forms of a result or of an attachment, with lists of lines joined. */
export function readBundle(data: Json | undefined): MimeBundle {
  if (!isObject(data)) return {};
  return mapped(data, (type, value) => (isJson(type) ? value : (textOf(value) ?? value)));
}

function writeBundle(data: MimeBundle): JsonObject {
  return mapped(data, (type, value) => (typeof value === "string" && isText(type) ? linesOf(value) : value));
}

/** entries rather than assignments: a key may be __proto__ */
function mapped(data: JsonObject, change: (key: string, value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, change(key, value)]));
}

function isJson(type: string): boolean {
  return /^application\/(.*\+)?json$/.test(type);
}

/** what Jupyter writes line by line */
function isText(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
}
