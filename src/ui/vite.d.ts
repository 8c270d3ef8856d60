/// <reference path="../engine/vite.d.ts" />
/// <reference path="../python/vite.d.ts" />
// What vite/notebooks.ts makes of the folder notebooks.
declare module "virtual:notebooks" {
  const listed: { name: string; title: string; summary: string }[];
  export default listed;
}
