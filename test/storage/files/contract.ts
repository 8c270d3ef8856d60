// What every WeightStore does, as plain cases without a test runner: Node runs them on the store in memory, and a real
// Chromium on IndexedDB. A case gets an empty store and throws when the store fails it.

import { openedAddress } from "../../../src/model/index.ts";
import type { StoredModel, WeightStore } from "../../../src/storage/index.ts";

export interface ContractCase {
  name: string;
  run(store: WeightStore): Promise<void>;
}

const bytes = (...values: number[]) => new Uint8Array(values);
const hash = (digit: string) => digit.repeat(64);

function model(name: string, ...hashes: string[]): StoredModel {
  const files = hashes.map((sha256) => ({ file: `shards/${sha256.slice(0, 4)}`, byteLength: 2, sha256 }));
  const url = `https://example.org/${name}/manifest.json`;
  return { name, manifest: "{}", url, files, verifiedAt: 1, unfinished: false };
}

function unfinished(name: string, ...hashes: string[]): StoredModel {
  return { ...model(name, ...hashes), unfinished: true };
}

/** every record, in an order of ours */
async function records(store: WeightStore): Promise<StoredModel[]> {
  const place = (each: StoredModel) => `${each.name} ${each.unfinished}`;
  return (await store.models()).sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

const kept = async (store: WeightStore) => [...(await store.keys())].sort();

export const contract: ContractCase[] = [
  {
    name: "knows nothing at first",
    async run(store) {
      equal(await store.get(hash("a")), undefined);
      equal([...(await store.keys())], []);
      equal(await store.models(), []);
    },
  },
  {
    name: "gives back what was kept, under its hash",
    async run(store) {
      await store.set(hash("a"), bytes(1, 2, 3));
      await store.set(hash("b"), bytes());
      equal(await store.get(hash("a")), bytes(1, 2, 3));
      equal(await store.get(hash("b")), bytes());
      equal(await kept(store), [hash("a"), hash("b")]);
    },
  },
  {
    name: "keeps a view's bytes, not the buffer behind it",
    async run(store) {
      await store.set(hash("a"), bytes(9, 1, 2, 9).subarray(1, 3));
      const got = await store.get(hash("a"));
      equal(got, bytes(1, 2));
      equal(got?.buffer.byteLength, 2);
    },
  },
  {
    name: "keeps copies: later changes on either side do not reach it",
    async run(store) {
      const mine = bytes(1, 2);
      await store.set(hash("a"), mine);
      mine[0] = 7;
      const first = await store.get(hash("a"));
      if (first) first[1] = 8;
      equal(await store.get(hash("a")), bytes(1, 2));
    },
  },
  {
    name: "overwrites and forgets",
    async run(store) {
      await store.set(hash("a"), bytes(1));
      await store.set(hash("a"), bytes(2));
      equal(await store.get(hash("a")), bytes(2));
      await store.delete(hash("a"));
      await store.delete(hash("b"));
      equal(await store.get(hash("a")), undefined);
      equal([...(await store.keys())], []);
    },
  },
  {
    name: "keeps a chunk of 16 MiB",
    async run(store) {
      const chunk = new Uint8Array(2 ** 24).fill(5);
      await store.set(hash("a"), chunk);
      const got = await store.get(hash("a"));
      equal(got?.byteLength, 2 ** 24);
      equal(got?.at(-1), 5);
    },
  },
  {
    name: "reads a file into the array it is given, or into one of its own",
    async run(store) {
      for (const length of [3, 2 ** 20]) {
        const all = new Uint8Array(length + 2).map((_, i) => i % 251);
        const file = all.subarray(1, length + 1);
        await store.set(hash("a"), file);
        const long = await store.get(hash("a"), (byteLength) => new Uint8Array(byteLength + 5).fill(9));
        equal(long, file);
        equal(await store.get(hash("a")), file);
      }
    },
  },
  {
    name: "keeps one record per model name, apart from the files",
    async run(store) {
      await store.setModel(model("one", hash("a")));
      await store.setModel(model("two"));
      await store.setModel(model("one", hash("b")));
      equal(await records(store), [model("one", hash("b")), model("two")]);
      equal(await kept(store), []);
    },
  },
  {
    name: "deletes a model with its files, except those another model needs",
    async run(store) {
      for (const digit of "abc") await store.set(hash(digit), bytes(1, 2));
      await store.setModel(model("one", hash("a"), hash("b")));
      await store.setModel(model("two", hash("b"), hash("c")));
      equal(await store.deleteModel("one"), 2);
      equal(await store.models(), [model("two", hash("b"), hash("c"))]);
      equal(await kept(store), [hash("b"), hash("c")]);
      equal(await store.deleteModel("unknown"), 0);
      equal(await store.deleteModel("two"), 4);
      equal(await kept(store), []);
    },
  },
  {
    name: "forgets with a replaced record the files that only it needed, and no others",
    async run(store) {
      for (const digit of "abcde") await store.set(hash(digit), bytes(1, 2));
      await store.setModel(model("one", hash("a"), hash("b"), hash("c")));
      await store.setModel(model("two", hash("c")));
      await store.setModel(model("one", hash("b"), hash("d")));
      // e may belong to a download under way
      equal(await kept(store), ["b", "c", "d", "e"].map(hash));
      await store.setModel(model("one", hash("b"), hash("d")));
      equal(await kept(store), ["b", "c", "d", "e"].map(hash));
    },
  },
  {
    name: "sweeps with a deletion what no record names: the files of downloads that never ended",
    async run(store) {
      for (const digit of "abc") await store.set(hash(digit), bytes(1, 2));
      await store.setModel(model("one", hash("a")));
      await store.setModel(model("two", hash("b")));
      equal(await store.deleteModel("one"), 4);
      equal(await kept(store), [hash("b")]);
      await store.set(hash("c"), bytes(1, 2, 3));
      equal(await store.deleteModel("never recorded"), 3);
      equal(await kept(store), [hash("b")]);
      equal(await store.models(), [model("two", hash("b"))]);
    },
  },
  {
    name: "has a complete and an unfinished record of a name side by side",
    async run(store) {
      for (const digit of "abcd") await store.set(hash(digit), bytes(1, 2));
      const old = model("one", hash("a"), hash("b"));
      await store.setModel(old);
      await store.setModel(unfinished("one", hash("b"), hash("c")));
      equal(await records(store), [old, unfinished("one", hash("b"), hash("c"))]);
      equal(await kept(store), ["a", "b", "c", "d"].map(hash));
      // an unfinished record takes the place of the unfinished one only
      await store.setModel(unfinished("one", hash("b"), hash("d")));
      equal(await records(store), [old, unfinished("one", hash("b"), hash("d"))]);
      equal(await kept(store), ["a", "b", "d"].map(hash));
    },
  },
  {
    name: "replaces both records of a name with a complete one, and keeps what another name's unfinished one needs",
    async run(store) {
      for (const digit of "abcd") await store.set(hash(digit), bytes(1, 2));
      await store.setModel(model("one", hash("a"), hash("b")));
      await store.setModel(unfinished("one", hash("c"), hash("d")));
      await store.setModel(unfinished("two", hash("b")));
      await store.setModel(model("one", hash("d")));
      equal(await records(store), [model("one", hash("d")), unfinished("two", hash("b"))]);
      equal(await kept(store), ["b", "d"].map(hash));
    },
  },
  {
    name: "keeps the unfinished record of another version, also when both come at the same time",
    async run(store) {
      for (const digit of "bc") await store.set(hash(digit), bytes(1, 2));
      const old = model("one", hash("b"));
      const newer = { ...unfinished("one", hash("b"), hash("c")), manifest: "{ }" };
      await store.setModel({ ...old, unfinished: true });
      await Promise.all([store.setModel(newer), store.setModel(old)]);
      equal(await records(store), [old, newer]);
      await store.setModel(old);
      equal(await records(store), [old, newer]);
      equal(await kept(store), ["b", "c"].map(hash));
    },
  },
  {
    name: "has a server's model and one that was opened here side by side, under one name",
    async run(store) {
      for (const digit of "abcd") await store.set(hash(digit), bytes(1, 2));
      const own = { ...model("one", hash("a")), url: openedAddress("one") };
      await store.setModel(own);
      await store.setModel(unfinished("one", hash("b")));
      await store.setModel(model("one", hash("b")));
      await store.setModel({ ...own, unfinished: true });
      equal((await store.models()).length, 3);
      equal(await kept(store), ["a", "b", "c", "d"].map(hash));
      await store.setModel(own);
      await store.deleteModel("one", own.url);
      equal(await store.models(), [model("one", hash("b"))]);
      equal(await kept(store), [hash("b")]);
      await store.setModel(own);
      equal(await store.deleteModel("one"), 2);
      equal(await store.models(), []);
    },
  },
  {
    name: "deletes a model finished or not, with the files of both records, and says what that freed",
    async run(store) {
      for (const digit of "abcd") await store.set(hash(digit), bytes(1, 2));
      await store.setModel(model("one", hash("a")));
      await store.setModel(unfinished("one", hash("a"), hash("b"), hash("c")));
      await store.setModel(unfinished("two", hash("c"), hash("d")));
      equal(await store.deleteModel("one"), 4);
      equal(await records(store), [unfinished("two", hash("c"), hash("d"))]);
      equal(await kept(store), ["c", "d"].map(hash));
      equal(await store.deleteModel("one"), 0);
      equal(await store.deleteModel("two"), 4);
      equal(await records(store), []);
    },
  },
  {
    name: "deletes the unfinished record of a model alone where that is meant",
    async run(store) {
      for (const digit of "abc") await store.set(hash(digit), bytes(1, 2));
      await store.setModel(model("one", hash("a")));
      await store.setModel(unfinished("one", hash("a"), hash("b"), hash("c")));
      const { url } = model("one");
      equal(await store.deleteModel("one", url, "unfinished"), 4);
      equal(await records(store), [model("one", hash("a"))]);
      equal(await kept(store), [hash("a")]);
      equal(await store.deleteModel("one", url, "unfinished"), 0);
      equal(await records(store), [model("one", hash("a"))]);
    },
  },
];

/** deep equality of plain data, by its text, and of bytes */
function equal(actual: unknown, expected: unknown): void {
  const text = (value: unknown) =>
    value instanceof Uint8Array
      ? `${value.length} bytes ${value.subarray(0, 16).join()}`
      : (JSON.stringify(value) ?? "undefined");
  const same =
    actual instanceof Uint8Array && expected instanceof Uint8Array
      ? actual.length === expected.length && actual.every((byte, i) => byte === expected[i])
      : text(actual) === text(expected);
  if (!same) throw new Error(`expected ${text(expected)}, got ${text(actual)}`);
}
