import { type OutboxEntry, type OutboxFile, type OutboxStore, retryDelay } from './entry.ts';

/** A permanent refusal by the API. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, text: string) {
    super(text);
    this.name = 'Refused';
    this.code = code;
  }
}

/** The session has ended: nothing is sent until the next sign-in. */
export class SignedOut extends Error {
  constructor() {
    super('signed out');
    this.name = 'SignedOut';
  }
}

export interface SyncParts {
  store: OutboxStore;
  /**
   * Uploads the bytes, resuming an earlier attempt.
   *
   * @returns the file's id in the API.
   * @throws Refused, SignedOut; any other error means "retry later".
   */
  upload(
    file: OutboxFile,
    tell: (part: Pick<Partial<OutboxFile>, 'uploadUrl' | 'sentBytes'>) => Promise<void>,
  ): Promise<string>;
  /** Submits the report, idempotent by its id. @throws as `upload`. */
  send(entry: OutboxEntry, fileIds: string[]): Promise<{ no: string }>;
  now(): number;
  random(): number;
  /** The store has changed. */
  changed(): void;
}

/**
 * Sends waiting reports one after the other, oldest first. It can be interrupted and restarted at
 * any point: every step is persisted before the next, and idempotent.
 *
 * @returns time of the next attempt, ms since the epoch; null without one.
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
  // The user may have withdrawn it during the upload.
  const current = await store.entry(entry.id);
  if (!current) return;
  const receipt = await handIn(current, fileIds, isOld, parts);
  await store.update(entry.id, { state: 'sent', sentAt: parts.now(), receipt, problem: null });
  await store.dropFiles(entry.id);
  parts.changed();
}

/** @param isOld a file was uploaded in an earlier attempt. */
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
    // The API keeps an unattached file for a day only: it is uploaded again with the next attempt.
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

/** Records the reason of a failure; false where other reports cannot be sent either. */
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
