// What the Hub, or a mirror of it, is asked: which commit a revision is, what files it has, the bytes of one. A refusal is
// said in words that tell a person what to do.

import { ExportError } from "./errors.ts";

export interface HubAccess {
  /** default: HF_ENDPOINT, else https://huggingface.co */
  endpoint?: string | undefined;
  /** access token, sent to the endpoint's own origin only; default: HF_TOKEN */
  token?: string | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

/** what the Hub tells of one file */
export interface RemoteFile {
  path: string;
  /** bytes; undefined where a mirror does not tell */
  size: number | undefined;
  /** of the content; the Hub knows it of large files only */
  sha256: string | undefined;
}

/** one repository on one endpoint */
export class Hub {
  readonly repo: string;
  readonly #endpoint: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof globalThis.fetch;

  constructor(repo: string, { endpoint, token, fetch = globalThis.fetch }: HubAccess) {
    if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(repo)) {
      throw new ExportError(
        `"${repo}" is no Hub id.`,
        "Name a model as the Hub does, such as google-bert/bert-base-cased.",
      );
    }
    this.repo = repo;
    this.#endpoint = (endpoint ?? (process.env.HF_ENDPOINT || "https://huggingface.co")).replace(/\/+$/, "");
    this.#token = token ?? (process.env.HF_TOKEN || undefined);
    this.#fetch = fetch;
  }

  /** The repository's present name, the commit a branch or tag stands at, its licence, and the names of its files. */
  async resolve(
    revision: string,
  ): Promise<{ name: string; commit: string; licence: string; names: string[] }> {
    const url = `${this.#endpoint}/api/models/${this.repo}/revision/${encodeURIComponent(revision)}`;
    const info = object(await this.#json(url, `${this.repo} at revision ${revision}`));
    const { sha } = info;
    if (typeof sha !== "string" || !/^[\w.-]+$/.test(sha)) {
      throw new ExportError(
        `${this.#endpoint} does not say which commit ${revision} of ${this.repo} is.`,
        "Check HF_ENDPOINT.",
      );
    }
    const { license } = object(info.cardData);
    const siblings = Array.isArray(info.siblings) ? info.siblings : [];
    return {
      name: typeof info.id === "string" ? info.id : this.repo,
      commit: sha,
      licence: typeof license === "string" ? license : "unknown",
      names: siblings.map((sibling) => String(object(sibling).rfilename)),
    };
  }

  /** Size and hash of every file at the top of the repository; empty where a mirror does not tell. */
  async list(commit: string): Promise<Map<string, RemoteFile>> {
    const response = await this.#get(`${this.#endpoint}/api/models/${this.repo}/tree/${commit}`, {});
    if (!response.ok) {
      await response.body?.cancel();
      return new Map();
    }
    const entries: unknown = await response.json().catch(() => []);
    const files = (Array.isArray(entries) ? entries : []).map((entry): RemoteFile => {
      const { path, size, lfs } = object(entry);
      const { oid, size: stored } = object(lfs);
      const bytes = stored ?? size;
      return {
        path: String(path),
        size: typeof bytes === "number" ? bytes : undefined,
        sha256: typeof oid === "string" && /^[0-9a-f]{64}$/.test(oid) ? oid : undefined,
      };
    });
    return new Map(files.map((file) => [file.path, file]));
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
    const response = await this.#get(`${this.#endpoint}/${this.repo}/resolve/${commit}/${path}`, headers);
    if (!response.ok && !(from && response.status === 416)) throw await this.#refusal(response, path);
    return response;
  }

  async #json(url: string, what: string): Promise<unknown> {
    const response = await this.#get(url, {});
    if (!response.ok) throw await this.#refusal(response, what);
    try {
      return await response.json();
    } catch (cause) {
      throw new ExportError(
        `${url} did not answer with JSON.`,
        "Check HF_ENDPOINT, and that no log-in page stands in the way.",
        { cause },
      );
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

  /** what a status means, to a person who wants a model */
  async #refusal(response: Response, what: string): Promise<ExportError> {
    await response.body?.cancel();
    const { status } = response;
    const given = this.#token !== undefined;
    switch (status) {
      case 401:
        return new ExportError(
          `The Hub does not give out ${what}: it does not exist, or needs an access token${given ? " other than HF_TOKEN" : ""} (status 401).`,
          `Check the name; if the model is private or gated, set HF_TOKEN to a token from ${this.#endpoint}/settings/tokens.`,
        );
      case 403:
        return new ExportError(
          `The Hub refuses ${what} to ${given ? "the account of HF_TOKEN" : "anonymous visitors"} (status 403).`,
          `Accept the model's terms on ${this.#endpoint}/${this.repo}, and set HF_TOKEN to a token of that account.`,
        );
      case 404:
        return new ExportError(`The Hub has no ${what} (status 404).`, "Check the name and the revision.");
      default:
        return new ExportError(
          `The Hub failed to send ${what} (status ${status}).`,
          "Wait a moment and run the command again.",
        );
    }
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
