// How the service worker answers a request for the list of models: the server's answer if it is one, else what is kept.

/** the list's address, relative to the site */
export const list = "models/index.json";

/**
 * The server has five seconds for a whole list. An answer that is not a list, such as an error or a network's log-in page, is neither passed
 * on nor kept: the last list that came is, or else the one that came with the page.
 *
 * The build writes the text of this function into the service worker, so it may refer to nothing outside itself.
 */
export async function listOrKept({ request }: { request: Request }): Promise<Response> {
  const lists = await caches.open("neuron-notebook-lists");
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(5000) });
    const type = answer.headers.get("Content-Type") ?? "";
    if (answer.ok && /^application\/json\b/i.test(type)) {
      const text = await answer.text();
      JSON.parse(text);
      const whole = () => new Response(text, { headers: { "Content-Type": "application/json" } });
      // where there is no room for it, it is a list all the same
      await lists.put(request.url, whole()).catch(() => {});
      return whole();
    }
  } catch {
    // no network, too slow, or cut off
  }
  const kept =
    (await lists.match(request.url)) ??
    // the page's own has a name of its own in its query
    (await caches.match(request.url, { ignoreSearch: true }));
  return kept ?? Response.error();
}
