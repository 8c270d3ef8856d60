// What comes side by side is one bar: its end is what the question said, and it never falls.

import { describe, expect, test } from "vitest";
import type { Loading } from "../../../../src/ui/experiment/phase.ts";
import { Arrivals } from "../../../../src/ui/notebook/run/arrivals.ts";
import type { Need } from "../../../../src/ui/notebook/run/download-consent.ts";
import type { NotebookStatus } from "../../../../src/ui/notebook/run/notebook-status.ts";

const need = (name: string, bytes: number, kept = 0): Need => ({
  name,
  title: name,
  shortTitle: name,
  bytes,
  kept,
  keep: true,
});

const common = { waiting: undefined, interrupted: false, thenRun: false, keep: true };
const downloading = (done: number, total: number): Loading => ({
  ...common,
  kind: "downloading",
  done,
  total,
});
const preparing: Loading = { ...common, kind: "preparing" };

function board() {
  let loading: NotebookStatus["loading"];
  const arrivals = new Arrivals({
    show: (change) => {
      if ("loading" in change) loading = change.loading;
    },
  });
  const bar = () => {
    const { phase } = loading!;
    return phase.kind === "downloading" ? `${phase.done}/${phase.total}` : phase.kind;
  };
  return { arrivals, bar, title: () => loading?.title };
}

describe("Python and a model", () => {
  test("count as one from the first moment to the last", () => {
    const { arrivals, bar, title } = board();
    arrivals.expect([need("Python", 100)]);
    arrivals.expect([need("tiny", 50)]);
    expect(title()).toBe("Python and tiny");
    const bars = [bar()];
    const tell = (name: string, phase: Loading | undefined) => {
      arrivals.tell(name, name, phase);
      bars.push(bar());
    };
    // the model's manifest is not there yet
    tell("tiny", downloading(0, 0));
    tell("Python", downloading(40, 100));
    tell("tiny", downloading(30, 50));
    tell("Python", undefined);
    tell("tiny", downloading(50, 50));
    tell("tiny", preparing);
    expect(bars).toEqual(["0/150", "0/150", "40/150", "70/150", "130/150", "150/150", "preparing"]);
    arrivals.tell("tiny", "tiny", undefined);
    expect(title()).toBeUndefined();
  });

  test("what is kept already is no part of it", () => {
    const { arrivals, bar } = board();
    arrivals.expect([need("tiny", 30, 20)]);
    expect(bar()).toBe("0/30");
    arrivals.tell("tiny", "tiny", downloading(35, 50));
    expect(bar()).toBe("15/30");
  });

  test("what comes later is counted by itself", () => {
    const { arrivals, bar, title } = board();
    arrivals.expect([need("Python", 100)]);
    arrivals.tell("Python", "Python", undefined);
    arrivals.tell("big", "Big", downloading(5, 10));
    expect([title(), bar()]).toEqual(["Big", "5/10"]);
  });
});
