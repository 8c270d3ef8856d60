// How the benches measure: tasks take turns, so that a busy moment hits all of them, and the lowest CPU time of each counts.

import type { Browser } from "playwright-core";

/** milliseconds of the processor and of the clock */
export interface Took {
  cpu: number;
  wall: number;
}

/** Milliseconds of CPU time that this process has used. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What tells how many milliseconds of CPU time all processes of a browser have used. Linux counts them in steps of 10 ms. */
export async function browserCpu(browser: Browser): Promise<() => Promise<number>> {
  const session = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return cpuOf(processInfo);
  };
}

/** Milliseconds of CPU time that these processes have used, which the DevTools protocol counts in seconds. */
export function cpuOf(processes: readonly { cpuTime: number }[]): number {
  return processes.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
}

/**
 * What each of these tasks takes: of some turns in which they alternate the one with the least CPU time.
 * @param tasks may answer how long they took by the clock, where they know better
 */
export async function compare<Name extends string>(
  turns: number,
  cpu: () => number | Promise<number>,
  tasks: Record<Name, (turn: number) => Promise<unknown>>,
): Promise<Record<Name, Took>> {
  const lowest: Partial<Record<Name, Took>> = {};
  for (let turn = 0; turn < turns; turn++)
    for (const name of Object.keys(tasks) as Name[]) {
      const [startCpu, startWall] = [await cpu(), performance.now()];
      const said = await tasks[name](turn);
      const wall = typeof said === "number" ? said : performance.now() - startWall;
      const took = { cpu: (await cpu()) - startCpu, wall };
      if (took.cpu < (lowest[name]?.cpu ?? Number.POSITIVE_INFINITY)) lowest[name] = took;
    }
  return lowest as Record<Name, Took>;
}

export const text = ({ cpu, wall }: Took, per = 1) =>
  `${(cpu / per).toFixed(1)} ms CPU (${(wall / per).toFixed(1)} ms)`;

export const ratio = (a: Took, b: Took) => `${(a.cpu / b.cpu).toFixed(2)} (${(a.wall / b.wall).toFixed(2)})`;
