// Renders public/favicon.svg into the icons of manifest.webmanifest. To be run again when the drawing changes:
// CHROMIUM_PATH=/usr/bin/chromium SITE=http://localhost:4173 node vite/render-icons.mjs
// SITE is where npm start serves the site: its first screen is the picture that a link to it is shown with.

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const folder = new URL("../public/", import.meta.url);
const drawing = readFileSync(new URL("favicon.svg", folder), "utf8");
// systems that cut icons to their own shape get the ground up to the edge; what is drawn lies within the 80 % they leave
const square = drawing.replace(' rx="6"', "");
if (square === drawing) throw new Error('favicon.svg has no rounded ground (rx="6") any more');

const icons = [
  ["icon-192.png", 192, drawing],
  ["icon-512.png", 512, drawing],
  ["maskable-512.png", 512, square],
  ["apple-touch-180.png", 180, square],
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const [name, size, svg] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  await page.screenshot({ path: new URL(`icons/${name}`, folder).pathname, omitBackground: true });
}
if (process.env.SITE) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 630 }, colorScheme: "light" });
  await page.goto(process.env.SITE);
  await page.getByRole("switch").click();
  await page.waitForTimeout(1000);
  await page.screenshot({ path: new URL("icons/preview.png", folder).pathname });
}
await browser.close();
