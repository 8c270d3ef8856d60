// How long the parts of something take.

/** Milliseconds since the last lap, and in all. */
export function stopwatch() {
  const start = performance.now();
  let last = start;
  return {
    lap(): number {
      const from = last;
      last = performance.now();
      return last - from;
    },
    total: () => performance.now() - start,
  };
}
