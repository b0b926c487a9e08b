import { type OutboxEntry, type OutboxFile, type OutboxStore, retryDelay } from './entry.ts';

/** The API does not take it, and would not take it later either. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, text: string) {
    super(text);
    this.name = 'Refused';
    this.code = code;
  }
}

/** The session is over: nothing is tried until someone has signed in. */
export class SignedOut extends Error {
  constructor() {
    super('signed out');
    this.name = 'SignedOut';
  }
}

export interface SyncParts {
  store: OutboxStore;
  /**
   * Sends the bytes, from where the last try ended.
   *
   * @returns the id that the API gave the file.
   * @throws Refused, SignedOut; any other error means "later".
   */
  upload(
    file: OutboxFile,
    tell: (part: Pick<Partial<OutboxFile>, 'uploadUrl' | 'sentBytes'>) => Promise<void>,
  ): Promise<string>;
  /** Hands the report in. Doing it again with the same id changes nothing. @throws as `upload`. */
  send(entry: OutboxEntry, fileIds: string[]): Promise<{ no: string }>;
  now(): number;
  random(): number;
  /** Something in the store has changed. */
  changed(): void;
}

/**
 * Sends what waits, one report after the other, oldest first. It may be cut off at any point and
 * begun again: every step is written down before the next, and every step can be done twice.
 *
 * @returns when the next try is due, ms since the epoch; null where nothing waits for time.
 */
export async function syncOutbox(user: string, parts: SyncParts): Promise<number | null> {
  const { store, now } = parts;
  for (const entry of await store.entries(user)) {
    if (entry.state !== 'waiting' && entry.state !== 'sending') continue;
    if (entry.nextTryAt > now()) continue;
    try {
      await deliver(entry, parts);
    } catch (error) {
      if (!(await putBack(entry.id, error, parts))) return null;
    }
  }
  const waiting = (await store.entries(user)).filter(
    (entry) => entry.state === 'waiting' || entry.state === 'sending',
  );
  return waiting.length === 0 ? null : Math.min(...waiting.map((entry) => entry.nextTryAt));
}

async function deliver(entry: OutboxEntry, parts: SyncParts): Promise<void> {
  const { store } = parts;
  await store.update(entry.id, { state: 'sending', problem: null });
  parts.changed();
  const fileIds: string[] = [];
  let isOld = false;
  for (const id of entry.files) {
    const file = await store.file(id);
    if (!file) continue;
    isOld ||= file.fileId !== null;
    fileIds.push(file.fileId ?? (await uploadOne(file, parts)));
  }
  // The person may have taken it back while its files were on the way.
  const current = await store.entry(entry.id);
  if (!current) return;
  const receipt = await handIn(current, fileIds, isOld, parts);
  await store.update(entry.id, { state: 'sent', sentAt: parts.now(), receipt, problem: null });
  await store.dropFiles(entry.id);
  parts.changed();
}

/** @param isOld a file was sent in an earlier try. */
async function handIn(
  entry: OutboxEntry,
  fileIds: string[],
  isOld: boolean,
  parts: SyncParts,
): Promise<{ no: string }> {
  try {
    return await parts.send(entry, fileIds);
  } catch (error) {
    if (!isOld || !(error instanceof Refused) || error.code !== 'file.unknown') throw error;
    // The API keeps a file without a record for a day only: it is sent again with the next try.
    for (const id of entry.files) {
      await parts.store.updateFile(id, { fileId: null, uploadUrl: null, sentBytes: 0 });
    }
    throw new Error('files have to be sent again', { cause: error });
  }
}

async function uploadOne(file: OutboxFile, parts: SyncParts): Promise<string> {
  try {
    const fileId = await parts.upload(file, async (part) => {
      await parts.store.updateFile(file.id, part);
      parts.changed();
    });
    await parts.store.updateFile(file.id, { fileId, sentBytes: file.blob.size });
    parts.changed();
    return fileId;
  } catch (error) {
    if (error instanceof Refused) throw new FileRefused(file.id, error);
    throw error;
  }
}

class FileRefused extends Refused {
  readonly file: string;
  constructor(file: string, cause: Refused) {
    super(cause.code, cause.message);
    this.file = file;
  }
}

/** Writes down why a report did not go; false where no other can go either. */
async function putBack(id: string, error: unknown, parts: SyncParts): Promise<boolean> {
  const { store, now, random } = parts;
  if (error instanceof Refused) {
    const file = error instanceof FileRefused ? error.file : null;
    const problem = { code: error.code, text: error.message, file };
    await store.update(id, { state: 'refused', problem });
  } else if (error instanceof SignedOut) {
    await store.update(id, { state: 'waiting' });
  } else {
    const attempts = ((await store.entry(id))?.attempts ?? 0) + 1;
    const nextTryAt = now() + retryDelay(attempts, random());
    await store.update(id, { state: 'waiting', attempts, nextTryAt });
  }
  parts.changed();
  return !(error instanceof SignedOut);
}
