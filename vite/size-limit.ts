import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

/** the largest file that Cloudflare Pages takes */
const limit = 25 * 2 ** 20;

/** Fails a build that holds a file which some hosts refuse. */
export function sizeLimit(): Plugin {
  let folder = "";
  return {
    name: "size-limit",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle: {
      sequential: true,
      order: "post",
      handler(error) {
        if (error) return;
        for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
          const { size } = statSync(join(folder, name));
          if (size <= limit) continue;
          const mebibytes = (size / 2 ** 20).toFixed(1);
          this.error(
            `${name} has ${mebibytes} MiB, but some hosts take files of at most 25 MiB. Cut it into pieces, or leave it out.`,
          );
        }
      },
    },
  };
}
