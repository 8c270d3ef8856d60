// Completions in an editor: of the living Python, else of what is known of the language and our packages.

import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { staticCompletions } from "./completions.ts";
import type { EditorOptions } from "./editor-options.ts";

/** What fits at the cursor; null for nothing. */
export async function complete(
  context: CompletionContext,
  current: () => EditorOptions,
): Promise<CompletionResult | null> {
  const { language, complete: ask } = current();
  if (language !== "python") return null;
  const source = context.state.doc.toString();
  const { pos, explicit } = context;
  // while typing, only after a letter or a dot
  if (!explicit && !/[\p{L}_.][\w]*$/u.test(source.slice(Math.max(0, pos - 60), pos))) return null;
  const living = await ask?.(source, pos).catch(() => undefined);
  const { from, options } = living && living.options.length > 0 ? living : staticCompletions(source, pos);
  if (options.length === 0) return null;
  return {
    from,
    options: options.map(({ label, kind }) => ({ label, detail: kind === "property" ? "" : kind })),
    validFor: /^\w*$/,
  };
}
