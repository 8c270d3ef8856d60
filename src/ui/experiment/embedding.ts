// Where the page stands: in a tab of its own, or inside another site's page, where the browser keeps its storage apart.

export type Embedding =
  /** a tab of its own, or a frame of its own site: storage is the site's */
  | { kind: "own" }
  /**
   * a frame in a page of another origin
   * `apart`: it surely is another site's, so that what is kept here is kept for that site only; else it may be
   * `access`: whether the browser may lend the storage of this site's own tabs: "no", "possible" (on a click), "granted", "refused"
   */
  | {
      kind: "framed";
      host: string | undefined;
      apart: boolean;
      access: "no" | "possible" | "granted" | "refused";
    }
  /** an element in another site's page: what is kept belongs to that site */
  | { kind: "guest"; host: string }
  /** a sandboxed frame without an origin of its own: nothing can be kept */
  | { kind: "sandboxed" };

/** the storage that the browser lends a frame; so far only Chromium takes and gives anything here */
interface Lending {
  requestStorageAccess(types: { indexedDB: true }): Promise<{ indexedDB: IDBFactory } | undefined>;
}

/** where the page stands, and the storage of this site's own tabs where the browser lends it without a question */
export interface Standing {
  embedding: Embedding;
  lent: IDBFactory | undefined;
}

/**
 * Find out where this document stands. Asks nobody anything, and never rejects.
 * @param site address of this site; in a document of another one, its script is a guest
 */
export async function findEmbedding(site: string = location.href): Promise<Standing> {
  const embedding = await here(site);
  if (embedding.kind !== "framed" || embedding.access !== "granted") return { embedding, lent: undefined };
  // granted before, on a page of the same site as the one around us: the browser lends it without a click
  const lent = await borrow();
  return { embedding: { ...embedding, access: lent ? "granted" : "possible" }, lent };
}

async function here(site: string): Promise<Embedding> {
  if (self.origin === "null") return { kind: "sandboxed" };
  if (new URL(site).origin !== self.origin) return { kind: "guest", host: location.host };
  if (window.top === window) return { kind: "own" };
  const around = ancestor();
  if (around?.hostname === location.hostname) return { kind: "own" };
  const apart = around !== undefined && !mayBeSameSite(around.hostname, location.hostname);
  return { kind: "framed", host: around?.host, apart, access: await readiness() };
}

/**
 * Browsers keep storage apart by site, and which part of a name is the site only a long list tells. What ends in the
 * same two labels may be one site (a.uni.edu, b.uni.edu) or two (a.github.io, b.github.io).
 */
function mayBeSameSite(a: string, b: string): boolean {
  const end = (hostname: string) => hostname.split(".").slice(-2).join(".");
  const isAddress = /\.\d+$/.test(a);
  return !isAddress && end(a) === end(b);
}

/** The origin of the page in the tab; where the browser does not tell it, of the page around this frame. */
function ancestor(): URL | undefined {
  const origins: ArrayLike<string> | undefined = location.ancestorOrigins;
  const found = origins ? origins[origins.length - 1] : document.referrer;
  return found && URL.canParse(found) ? new URL(found) : undefined;
}

/** Whether the browser could lend the storage of this site's own tabs, and what it has answered so far. */
async function readiness(): Promise<"no" | "possible" | "granted" | "refused"> {
  // came with the typed call, whose own types have no names to be found by
  if (!("hasUnpartitionedCookieAccess" in document) || !isSecureContext) return "no";
  const name = "storage-access" as PermissionName;
  const state = await navigator.permissions.query({ name }).then(
    (status) => status.state,
    () => "prompt" as const,
  );
  return state === "granted" ? "granted" : state === "denied" ? "refused" : "possible";
}

/** Ask the browser for the IndexedDB of this site's own tabs; on a click. Undefined: it refused. */
export async function borrow(): Promise<IDBFactory | undefined> {
  try {
    const handle = await (document as unknown as Lending).requestStorageAccess({ indexedDB: true });
    return handle?.indexedDB;
  } catch {
    return undefined;
  }
}
