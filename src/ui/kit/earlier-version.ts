// The scripts of the version that was there before. A tab that still shows it asks for some of them only when they are
// used, and the service worker of the new version lets go of them when it takes over; vite/service-worker.ts answers from here.

/** the cache they are in, one for all sites of an origin: its entries are whole addresses */
export const earlierVersion = "neuron-notebook-earlier-version";

/** a file whose name changes with its content, and that a page asks for itself */
export const hashedFile = /\/assets\/[^/]+\.(js|css|ipynb)$/;

/**
 * Keep the files of the present version of this site for tabs that go on showing it, in place of those of the version before.
 * @param site the folder the site is in, as an absolute address
 */
export async function keepEarlierVersion(site: string): Promise<void> {
  const earlier = await caches.open(earlierVersion);
  const entries = await earlier.keys();
  await Promise.all(entries.filter(({ url }) => url.startsWith(site)).map((each) => earlier.delete(each)));
  for (const name of await caches.keys()) {
    if (name === earlierVersion) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { origin, pathname } = new URL(request.url);
      const url = origin + pathname;
      if (!url.startsWith(site) || !hashedFile.test(pathname)) continue;
      const file = await cache.match(request);
      if (file) await earlier.put(url, file);
    }
  }
}
