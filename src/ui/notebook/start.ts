// Which notebook is opened unasked: the one that the address names, else the last one, else the tutorial. One that the
// page hung over is passed over.

import { readAddress, unknownAddress } from "./library/address.ts";
import { firstBuiltIn } from "./library/builtins.ts";
import type { DocumentsWorld } from "./library/documents-world.ts";
import { type Opener, pageAddress } from "./library/opener.ts";
import { saveUnsaved } from "./library/unsaved.ts";
import { isolated } from "./render/isolated.ts";
import { isMarked, remembered } from "./render/marks.ts";

/** Open what the address says, else what this tab had open, else what was changed last, else the first of the site's. */
export async function openFirst(world: DocumentsWorld, opener: Opener): Promise<void> {
  const { store } = world;
  await saveUnsaved(store);
  await opener.attempt(() => followAddress(world, opener, false));
  if (world.current()) return;
  await opener.attempt(async () => {
    const last = remembered() ?? (await store.list())[0]?.id;
    const record = last === undefined ? undefined : await store.read(last);
    if (record && isMarked(record.id)) await passOver(world, opener, record.title);
    else await opener.openUnasked(record, firstBuiltIn, "last");
  });
  // what is wrong with the last one is said; the page is there all the same
  if (!world.current()) await opener.attempt(() => opener.openUnasked(undefined, firstBuiltIn, "untouched"));
}

/**
 * Open what the address asks for. @param asked by a person, while the page was open
 * @returns whether it asks for anything; what it asks for in vain is said, above the tutorial
 */
export async function followAddress(world: DocumentsWorld, opener: Opener, asked: boolean): Promise<boolean> {
  const { hash } = location;
  opener.follower.read();
  const mine = ++opener.wanted;
  try {
    const names = world.builtIns.map(({ name }) => name);
    const wish = readAddress(hash, pageAddress(), names);
    // a place in a notebook, in a tab that shows one; else nothing that can be opened
    if (wish.kind === "other" && (asked || remembered())) return false;
    if (wish.kind === "other") throw unknownAddress(hash);
    const record = await opener.follower.find(wish);
    // something else has been opened while this was on its way
    if (!record || mine !== opener.wanted) return record !== undefined;
    if (!asked && isMarked(record.id)) return await passOver(world, opener, record.title);
    opener.followed = record.id;
    await opener.open(record, asked);
    return true;
  } catch (error) {
    const { message, hint = "" } = error as Error & { hint?: string };
    if (mine !== opener.wanted) return true;
    await opener.openBuiltIn(firstBuiltIn, "untouched");
    world.complain(message, hint);
    return true;
  } finally {
    opener.followed = undefined;
  }
}

/** A page that hung over a notebook opens another, and says so. */
async function passOver(world: DocumentsWorld, opener: Opener, title: string): Promise<boolean> {
  await opener.openBuiltIn(firstBuiltIn, "untouched");
  world.complain(
    `“${isolated(title)}” was not opened, since the page did not finish showing it the last time.`,
    "In the list of notebooks it can be opened once more, or deleted.",
  );
  return true;
}
