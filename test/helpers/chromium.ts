// A real Chromium, found or installed, in the three states a visitor's browser can be in.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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
  const adapter = gpu === "webgpu" ? ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] : [];
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...adapter,
      ...args,
    ],
  });
}
