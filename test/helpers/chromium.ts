// A real Chromium, found or installed, in the three states a visitor's browser can be in. None of them can ask another
// host for anything (see elsewhere.ts).

import { execFileSync } from "node:child_process";
import { existsSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from "playwright-core";
import { refusingProxy } from "./elsewhere.ts";

const known = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].filter((path): path is string => path !== undefined);

/** The path of a Chromium; on Debian or Ubuntu, as root, it is installed when there is none. */
export function findChromium(): string {
  const found = known.find((path) => existsSync(path));
  if (found) return found;
  try {
    console.log("installing chromium (apt-get) ...");
    execFileSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"] });
    const install = ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"];
    execFileSync("apt-get", install, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (cause) {
    throw new Error(
      "There is no Chromium, and apt-get could not install one. Install Chromium and set CHROMIUM_PATH.",
      { cause },
    );
  }
  return findChromium();
}

/** "webgpu": a software adapter (SwiftShader); "no-adapter": WebGPU without a GPU behind it, as headless Chromium is. */
export type Gpu = "webgpu" | "no-adapter";

/** A browser with an empty profile. */
export async function launch(gpu: Gpu, args: string[] = []): Promise<Browser> {
  return chromium.launch(await options(gpu, args));
}

/** A browser on a profile that stays: what a person has after closing it, or after it was killed. */
export async function launchProfile(folder: string, gpu: Gpu, args: string[] = []): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, await options(gpu, args));
}

/** End a browser as a crash or a power cut does: at once, without a word to it. */
export async function kill(context: BrowserContext, folder: string): Promise<void> {
  // the lock of a profile is a link to "host-pid"
  const pid = Number(/-(\d+)$/.exec(readlinkSync(join(folder, "SingletonLock")))?.[1]);
  const closed = new Promise((resolve) => context.once("close", resolve));
  process.kill(pid, "SIGKILL");
  await closed;
}

async function options(gpu: Gpu, args: string[]): Promise<LaunchOptions> {
  return { executablePath: findChromium(), args: await commandLine(gpu, args) };
}

/** What Chromium is started with. */
export async function commandLine(gpu: Gpu, args: string[] = []): Promise<string[]> {
  const adapter = gpu === "webgpu" ? ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] : [];
  return [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    ...silence,
    ...(await onlyHere(args)),
    ...adapter,
    ...args.map(alsoSilent),
  ];
}

/** Chromium's own services, switched off; the addresses are those it asks all the same, which lead nowhere now */
const silence = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--component-updater=url-source=http://127.0.0.1:9/",
  "--gaia-url=http://127.0.0.1:9/",
  "--autofill-server-url=http://127.0.0.1:9/",
];

/** A list of features to be without takes the place of Playwright's own; what asks other hosts stays off. */
function alsoSilent(arg: string): string {
  return arg.startsWith("--disable-features=") ? `${arg},OptimizationHints,NetworkTimeServiceQuerying` : arg;
}

/** Whatever is not on this machine goes to a proxy that refuses it; localhost is never asked of a proxy. */
async function onlyHere(args: string[]): Promise<string[]> {
  const mapped = args.flatMap((arg) => [...arg.matchAll(/MAP (\S+) 127\.0\.0\.1/g)].map(([, name]) => name));
  const bypass = mapped.length > 0 ? [`--proxy-bypass-list=${mapped.join(";")}`] : [];
  return [`--proxy-server=http://127.0.0.1:${await refusingProxy()}`, ...bypass];
}
