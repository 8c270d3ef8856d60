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
    for (let attempt = 1; ; attempt++) {
      const connection = open();
      try {
        const opened = await connection;
        return await unlessClosed(opened, use(opened.transaction(name, mode).objectStore(name)));
      } catch (error) {
        if (!isClosed(error) || attempt === attempts) throw error;
        forget(connection);
        await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
      }
    }
  };
}

/** on how many connections something is tried; while the browser closes one, it may close the next with it */
const attempts = 5;

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

/**
 * What is done on a connection, or a rejection once the browser has closed it: Chromium never answers a transaction that
 * began after it had closed the connection, but before it said so.
 */
function unlessClosed<T>(connection: IDBDatabase, done: T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const closed = () =>
      reject(new DOMException("The browser closed the connection to IndexedDB.", "AbortError"));
    connection.addEventListener("close", closed);
    const settle = () => connection.removeEventListener("close", closed);
    Promise.resolve(done).then(resolve, reject).finally(settle);
  });
}

/**
 * Whether a connection has ended, or is about to: no transaction can begin, or it was aborted, or not even opened.
 * "UnknownError" is what Chromium says where its own service closes one, and Safari where it has lost that service.
 */
function isClosed(error: unknown): boolean {
  return error instanceof DOMException && /^(InvalidState|Abort|Unknown)Error$/.test(error.name);
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
