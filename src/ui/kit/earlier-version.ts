// The scripts of the version that was there before. A tab that still shows it asks for some of them only when they are
// used, and the service worker of the new version lets go of them when it takes over; vite/service-worker.ts answers from here.

/** the cache they are in, one for all sites of an origin: its entries are whole addresses */
export const earlierVersion = "neuron-notebook-earlier-version";

/** a file whose name changes with its content, and that a page asks for itself */
export const hashedFile = /\/assets\/[^/]+\.(js|css|ipynb)$/;

/**
 * Keep the files of this site's version, and of one that waits, in place of those of the version before.
 * @param site the folder the site is in, as an absolute address
 */
export async function keepEarlierVersion(site: string): Promise<void> {
  const earlier = await caches.open(earlierVersion);
  for (const request of await earlier.keys()) if (isOf(site, request.url)) await earlier.delete(request);
  for (const cache of await otherCaches())
    for (const request of await cache.keys()) {
      const url = plain(request.url);
      const file = isOf(site, url) ? await cache.match(request) : undefined;
      if (file) await earlier.put(url, file);
    }
}

/** The new version has taken over: let go of what it has itself. */
export async function dropPresentVersion(site: string): Promise<void> {
  const earlier = await caches.open(earlierVersion);
  for (const cache of await otherCaches())
    for (const { url } of await cache.keys()) if (isOf(site, url)) await earlier.delete(plain(url));
}

async function otherCaches(): Promise<Cache[]> {
  const names = (await caches.keys()).filter((name) => name !== earlierVersion);
  return Promise.all(names.map((name) => caches.open(name)));
}

/** Does a file belong to the site in this folder, and not to another one below it? */
const isOf = (site: string, url: string) =>
  hashedFile.test(new URL(url).pathname) && new URL("..", url).href === site;

/** without what Workbox puts behind an address */
const plain = (url: string) => url.replace(/\?.*$/, "");
