// What vite/kernel.ts makes.
/// <reference path="../../engine/vite.d.ts" />
