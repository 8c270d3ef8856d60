// What the commands share: --help, and errors as a person wants to read them: one sentence, one hint, exit status 1.

/** Run a command. Anything that is not an error with a hint is a fault of ours and keeps its stack. */
export async function main(usage: string, command: (args: string[]) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return;
  }
  // leave by way of "exit", where what was begun is cleared away
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  try {
    await command(args);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { hint, code } = error as Error & { hint?: unknown; code?: unknown };
  if (typeof hint === "string") return `${error.message}\n${hint}`;
  // node:util's parseArgs speaks plainly already
  if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS")) return `${error.message}\nSee --help.`;
  return error.stack ?? error.message;
}
