/// <reference path="../engine/vite.d.ts" />
