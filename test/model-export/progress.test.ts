import { describe, expect, it } from "vitest";
import { countUnits, ProgressBar } from "../../model-export/progress.ts";

function terminal(isTTY: boolean, columns = 60) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

const total = 400 * 2 ** 20;

describe("a progress bar", () => {
  it("redraws one line in a terminal, not at every call, and ends it when all is done", () => {
    const screen = terminal(true);
    const bar = new ProgressBar("writing", screen);
    for (let done = 0; done <= total; done += total / 1000) bar.update(done, total);
    bar.update(total, total);
    bar.close();
    expect(screen.written.length).toBeLessThan(20);
    expect(screen.written.slice(0, -1).every((text) => text.startsWith("\rwriting ["))).toBe(true);
    expect(screen.written.at(-2)).toContain("100 % 400 MiB of 400 MiB");
    expect(screen.written.at(-1)).toBe("\n");
    expect(screen.written.filter((text) => text.includes("\n"))).toHaveLength(1);
  });

  it("keeps to the width of the terminal", () => {
    for (const columns of [20, 45, 200]) {
      const screen = terminal(true, columns);
      new ProgressBar("x", screen).update(total / 2, total);
      expect(screen.written[0]!.replace("\r", "").replace("\u001b[K", "").length).toBeLessThanOrEqual(
        Math.max(columns, 30),
      );
    }
  });

  it("does not say 100 % before all is done", () => {
    const screen = terminal(true);
    new ProgressBar("x", screen).update(total - 1, total);
    expect(screen.written[0]).toContain(" 99 %");
  });

  it("ends its line when a step fails", () => {
    const screen = terminal(true);
    const bar = new ProgressBar("x", screen);
    bar.update(1, total);
    bar.close();
    bar.close();
    expect(screen.written.at(-1)).toBe("\n");
    expect(screen.written).toHaveLength(2);
  });

  it("writes a line per quarter where there is no terminal", () => {
    const log = terminal(false);
    const bar = new ProgressBar("writing", log);
    for (let done = 0; done <= total; done += total / 64) bar.update(done, total);
    bar.close();
    expect(log.written).toEqual([25, 50, 75, 100].map((n) => `writing: ${n} % of 400 MiB\n`));
  });

  it("may count other things than bytes, and say more where it redraws itself", () => {
    const [screen, log] = [terminal(true), terminal(false)];
    new ProgressBar("layer 9", screen, countUnits("neurons")).update(440, 1152, ", 3 s left");
    expect(screen.written[0]).toContain(" 38 % 440 of 1,152 neurons, 3 s left");
    new ProgressBar("layer 9", log, countUnits("neurons")).update(440, 1152, ", 3 s left");
    expect(log.written).toEqual(["layer 9: 25 % of 1,152 neurons\n"]);
  });
});
