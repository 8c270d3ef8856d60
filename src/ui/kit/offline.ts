// The page without a network, and its next version. The service worker that keeps the page is written by the build; here
// it is registered, and what is known of connection and version goes to the line that shows it.

import { dropPresentVersion, keepEarlierVersion } from "./earlier-version.ts";
import { firstStatus, type NnSiteStatus, type SiteStatus } from "./nn-site-status.ts";

/** held, shared, by each tab in which something is under way, and alone by the one that changes the version */
const underWay = () => `neuron-notebook-under-way ${siteFolder()}`;
const siteFolder = () => new URL(".", document.baseURI).href;

/** milliseconds after which a page that was to be reloaded is still there because a person has stayed */
const leaving = 5000;

/** Keep the page for use without a network, and let `line` say what is to be said about that. */
export function startOffline(line: NnSiteStatus): Site {
  const site = new Site((status) => {
    line.status = status;
  });
  line.addEventListener("nn-reload", () => site.reload());
  return site;
}

/** What the page does about its connection and version; see {@link startOffline}. */
export class Site {
  #status = firstStatus;
  #busy = false;
  #rest = () => {};
  #registration: ServiceWorkerRegistration | undefined;
  readonly #show: (status: SiteStatus) => void;

  constructor(show: (status: SiteStatus) => void) {
    this.#show = show;
    const look = () => this.#set({ offline: !navigator.onLine });
    addEventListener("online", look);
    addEventListener("offline", look);
    look();
    // the page first, what keeps it later
    if (document.readyState === "complete") this.#register();
    else addEventListener("load", () => this.#register(), { once: true });
  }

  /** A run or a download is under way: a new version waits for its end, in whichever tab it is asked for. */
  set busy(busy: boolean) {
    if (busy === this.#busy) return;
    this.#busy = busy;
    this.#rest();
    if (!busy) return;
    const rest = new Promise<void>((resolve) => {
      this.#rest = resolve;
    });
    // where there are no locks, there is no service worker to wait for either
    navigator.locks?.request(underWay(), { mode: "shared" }, () => rest).catch(() => {});
  }

  /** Show the new version in this tab, as soon as nothing is under way. */
  async reload(): Promise<void> {
    if (this.#status.reloading) return;
    this.#set({ reloading: true });
    try {
      for (let left = false; !left; )
        await navigator.locks.request(underWay(), async () => {
          // what began while this waited goes first, as the run that follows a download at once: it has asked for the lock
          const { pending = [] } = await navigator.locks.query();
          if (pending.some(({ name, mode }) => name === underWay() && mode === "shared")) return;
          await this.#activate();
          if (this.#busy) return;
          left = true;
          location.reload();
        });
    } finally {
      // where the browser asks whether to leave what is not saved, a person may stay, and reload another time
      setTimeout(() => this.#set({ reloading: false }), leaving);
    }
  }

  /** Let the waiting version take over; no harm if another tab has just done so. */
  async #activate(): Promise<void> {
    // a newer one may come and take its place
    for (let next = this.#registration?.waiting; next; next = this.#registration?.waiting) {
      // where there is no room for them, another tab may have to be reloaded before it can do everything
      await keepEarlierVersion(siteFolder()).catch(console.warn);
      await takeOver(next);
      await dropPresentVersion(siteFolder()).catch(console.warn);
    }
  }

  #set(change: Partial<SiteStatus>) {
    this.#status = { ...this.#status, ...change };
    this.#show(this.#status);
  }

  async #register(): Promise<void> {
    const workers = workersOf(window);
    if (!workers) return;
    // a browser may keep nothing, or the file may be missing: the page works as before
    const registration = await workers.register("sw.js").catch(() => undefined);
    if (!registration) return;
    this.#registration = registration;
    workers.ready.then(() => this.#set({ kept: true }));
    this.#watch(registration);

    let claimed = workers.controller !== null;
    workers.addEventListener("controllerchange", () => {
      // the first one to come only takes the page under its care
      if (claimed && !this.#status.reloading) this.#set({ update: "elsewhere" });
      claimed = true;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") registration.update().catch(() => {});
    });
  }

  #watch(registration: ServiceWorkerRegistration) {
    const look = () => {
      // without an active one before it, it is the first, which waits for nothing
      if (registration.waiting && registration.active) this.#set({ update: "waiting" });
    };
    look();
    const follow = () => registration.installing?.addEventListener("statechange", look);
    follow();
    registration.addEventListener("updatefound", follow);
  }
}

/** Have a waiting version take over, and wait until it has, or until a newer one has taken its place. */
function takeOver(waiting: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (waiting.state === "activated" || waiting.state === "redundant") resolve();
    };
    waiting.addEventListener("statechange", look);
    waiting.postMessage({ type: "SKIP_WAITING" });
    look();
  });
}

/**
 * The browser's service workers, where this page may and should use them: not while developing, not in a frame (the page
 * around it is not kept either), and not where the browser forbids it, as in sandboxes and on pages that are not secure.
 */
function workersOf(window: Window): ServiceWorkerContainer | undefined {
  if (import.meta.hot || window.top !== window) return undefined;
  try {
    return window.navigator.serviceWorker;
  } catch {
    return undefined;
  }
}
