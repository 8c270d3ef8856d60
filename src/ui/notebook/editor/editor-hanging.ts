// Where a line of code goes on when it does not fit: below its own indentation.

import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin } from "@codemirror/view";
import { hangOf } from "../render/pieces.ts";

/** tells each line in sight where it goes on when it does not fit (code-styles.ts) */
export const hanging = ViewPlugin.define(
  (view) => ({
    decorations: hung(view),
    update({ docChanged, viewportChanged }) {
      if (docChanged || viewportChanged) this.decorations = hung(view);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);

function hung({ state, visibleRanges }: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      const hang = hangOf(line.text);
      builder.add(line.from, line.from, Decoration.line({ attributes: { style: `--hang:${hang}` } }));
      at = line.to + 1;
    }
  }
  return builder.finish();
}
