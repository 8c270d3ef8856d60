// Which part of a map of layers x neurons is seen, and which neurons a place in it stands for. Where there are more neurons
// than marks, a mark stands for several and shows the strongest of them. Pure; px are CSS px.

/** a run of columns: neurons side by side */
export interface MapView {
  /** the first column seen */
  from: number;
  /** how many are seen */
  count: number;
}

/** the columns of a view put into marks of one width */
export interface Marks {
  /** columns in a mark; the last one may have fewer */
  each: number;
  count: number;
  /** px; the last one may be narrower */
  width: number;
}

/** narrowest mark that can still be seen and hit, in px */
const narrowest = 3;
/** fewest columns: so many neurons fill the map when it is zoomed in as far as it goes */
const fewest = 24;

export const wholeView = (columns: number): MapView => ({ from: 0, count: columns });

/** The marks of a view in a map so many px wide. */
export function marksOf({ count }: MapView, width: number): Marks {
  const most = Math.max(1, Math.floor(width / narrowest));
  const each = Math.max(1, Math.ceil(count / most));
  return { each, count: Math.ceil(count / each), width: (width * each) / count };
}

/** The columns of the mark at x px, as [from, to). */
export function columnsAt(view: MapView, width: number, x: number): [number, number] {
  const marks = marksOf(view, width);
  const mark = Math.min(marks.count - 1, Math.max(0, Math.floor(x / marks.width)));
  const from = view.from + mark * marks.each;
  return [from, Math.min(from + marks.each, view.from + view.count)];
}

/** Where the mark of a column lies, in px from the left, or undefined where it is not seen. */
export function placeOf(
  view: MapView,
  width: number,
  column: number,
): { left: number; width: number } | undefined {
  if (column < view.from || column >= view.from + view.count) return undefined;
  const { each, width: wide } = marksOf(view, width);
  const left = Math.floor((column - view.from) / each) * wide;
  return { left, width: Math.min(wide, width - left) };
}

/** The view with `factor` times as many columns, in which the column `around` stays where it is. */
export function zoomed(view: MapView, factor: number, around: number, columns: number): MapView {
  const count = Math.round(Math.min(columns, Math.max(Math.min(fewest, columns), view.count * factor)));
  const share = (around - view.from) / view.count;
  return within({ from: Math.round(around - share * count), count }, columns);
}

/** The view moved by as few columns as it takes to see a column, with a few beside it. */
export function showing(view: MapView, column: number, columns: number): MapView {
  const margin = Math.floor(view.count / 12);
  const from = Math.min(Math.max(view.from, column + margin + 1 - view.count), column - margin);
  return within({ ...view, from }, columns);
}

/** The view moved so that it does not leave the map. */
export function within({ from, count }: MapView, columns: number): MapView {
  return { from: Math.min(Math.max(0, from), Math.max(0, columns - count)), count };
}

/** Round numbers for an axis over neurons `first` to `last`, at most `most` of them. */
export function ticks(first: number, last: number, most: number): number[] {
  const span = Math.max(1, last - first);
  const raw = span / Math.max(1, most);
  const decade = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * decade).find((each) => each >= raw)!);
  const start = Math.ceil(first / step) * step;
  return Array.from(
    { length: Math.max(0, Math.floor((last - start) / step) + 1) },
    (_, i) => start + i * step,
  );
}
