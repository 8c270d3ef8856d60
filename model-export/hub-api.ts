// What the Hub, or a mirror of it, is asked: which commit a revision is, what files it has, the bytes of one. A refusal is
// said in words that tell a person what to do.

import {
  type Asker,
  addressOf,
  checkHubId,
  defaultEndpoint,
  notJson,
  type RemoteFile,
  type Repository,
  type Revision,
  readRevision,
  readTree,
  refusalOf,
  toEndpoint,
} from "../src/model/hub/index.ts";
import { ExportError } from "./errors.ts";

export type { RemoteFile };

export interface HubAccess {
  /** default: HF_ENDPOINT, else https://huggingface.co */
  endpoint?: string | undefined;
  /** access token, sent to the endpoint's own origin only; default: HF_TOKEN */
  token?: string | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

/** one repository on one endpoint */
export class Hub implements Repository {
  readonly repo: string;
  readonly endpoint: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof globalThis.fetch;

  constructor(repo: string, { endpoint, token, fetch = globalThis.fetch }: HubAccess) {
    checkHubId(repo);
    this.repo = repo;
    this.endpoint = toEndpoint(endpoint ?? (process.env.HF_ENDPOINT || defaultEndpoint));
    this.#token = token ?? (process.env.HF_TOKEN || undefined);
    this.#fetch = fetch;
  }

  /** The repository's present name, the commit a branch or tag stands at, its licence, and the names of its files. */
  async resolve(revision: string): Promise<Revision> {
    const answer = await this.#json(
      addressOf.revision(this, revision),
      `${this.repo} at revision ${revision}`,
    );
    return readRevision(answer, this, revision, "Check HF_ENDPOINT.");
  }

  /** Size and hash of every file at the top of the repository; empty where a mirror does not tell. */
  async list(commit: string): Promise<Map<string, RemoteFile>> {
    const response = await this.#get(addressOf.tree(this, commit), {});
    if (response.ok) return readTree(await response.json().catch(() => []));
    await response.body?.cancel();
    return new Map();
  }

  /**
   * The bytes of a file, or the rest of them.
   * @param from what is there already, and the ETag it came with; a server that cannot go on from there sends all of it
   * @returns status 200, 206 or 416
   */
  async file(
    commit: string,
    path: string,
    from: { have: number; etag: string } | undefined,
  ): Promise<Response> {
    // lengths are those of the file, so it must not come compressed
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (from) Object.assign(headers, { range: `bytes=${from.have}-`, "if-range": from.etag });
    const response = await this.#get(addressOf.file(this, commit, path), headers);
    if (!response.ok && !(from && response.status === 416)) throw await this.#refusal(response, path);
    return response;
  }

  async #json(url: string, what: string): Promise<unknown> {
    const response = await this.#get(url, {});
    if (!response.ok) throw await this.#refusal(response, what);
    try {
      return await response.json();
    } catch (cause) {
      throw notJson(url, "Check HF_ENDPOINT, and that no log-in page stands in the way.", cause);
    }
  }

  /** A request that follows redirects by itself: the token goes to the endpoint's own origin and nowhere else. */
  async #get(url: string, headers: Record<string, string>): Promise<Response> {
    let target = new URL(url);
    const home = target.origin;
    for (let hop = 0; hop < 8; hop++) {
      const own =
        this.#token !== undefined && target.origin === home ? { authorization: `Bearer ${this.#token}` } : {};
      const response = await this.#fetch(target, {
        headers: { ...headers, ...own },
        redirect: "manual",
      }).catch((cause: unknown) => {
        throw new ExportError(
          `${target.host} could not be reached.`,
          "Check the connection, and HF_ENDPOINT if you use a mirror.",
          { cause },
        );
      });
      const next = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || next === null) return response;
      await response.body?.cancel();
      target = new URL(next, target);
    }
    throw new ExportError(`${url} redirects in a circle.`, "Check HF_ENDPOINT.");
  }

  async #refusal(response: Response, what: string): Promise<Error> {
    await response.body?.cancel();
    const asker: Asker = this.#token === undefined ? "no token" : "token";
    return refusalOf(response.status, what, this, asker);
  }
}
