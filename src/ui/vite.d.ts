/// <reference path="../engine/vite.d.ts" />
/// <reference path="../python/vite.d.ts" />
