// One object store in a database of its own, as idb-keyval's functions want it. Unlike idb-keyval's own createStore it
// takes the factory it is given, and outlives a connection that the browser closes: when the site's data is cleared
// while the page is open, or when another tab deletes the database.

import { promisifyRequest, type UseStore } from "idb-keyval";

/**
 * The object store of a name in the database of a name; made when it is first used.
 * @param factory where the database lies; default: this origin's own IndexedDB
 */
export function objectStore(database: string, name: string, factory?: IDBFactory): UseStore {
  let current: Promise<IDBDatabase> | undefined;
  const forget = (connection: Promise<IDBDatabase>) => {
    if (current === connection) current = undefined;
  };
  const open = () => {
    if (current) return current;
    const connection = connect(database, name, factory);
    connection.catch(() => forget(connection));
    current = connection;
    return connection;
  };
  return async (mode, use) => {
    const connection = open();
    let objects: IDBObjectStore;
    try {
      objects = (await connection).transaction(name, mode).objectStore(name);
    } catch (error) {
      if (!isClosed(error)) throw error;
      forget(connection);
      objects = (await open()).transaction(name, mode).objectStore(name);
    }
    return use(objects);
  };
}

async function connect(
  database: string,
  name: string,
  factory: IDBFactory = indexedDB,
): Promise<IDBDatabase> {
  const request = factory.open(database);
  request.onupgradeneeded = () => request.result.createObjectStore(name);
  const connection = await promisifyRequest(request);
  // whoever deletes the database waits for this
  connection.onversionchange = () => connection.close();
  return connection;
}

/** true when no transaction can begin because the connection has ended or is about to */
function isClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === "InvalidStateError";
}

/**
 * Change an object store in one transaction; resolves when it is complete, which is when the bytes are safe.
 *
 * A transaction's reason to fail is known when it has aborted, not yet when a request in it reports an error, which is
 * when idb-keyval's own functions that write would reject, with null.
 */
export function write(store: UseStore, change: (objects: IDBObjectStore) => void): Promise<void> {
  return store(
    "readwrite",
    (objects) =>
      new Promise((resolve, reject) => {
        const { transaction } = objects;
        transaction.oncomplete = () => resolve();
        transaction.onabort = () =>
          reject(transaction.error ?? new Error("The browser gave up a write to IndexedDB."));
        change(objects);
      }),
  );
}
