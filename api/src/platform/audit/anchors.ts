import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { type Anchor, anchorSchema, signAnchor } from './anchor-signature.ts';
import { findHead } from './sealer.ts';

export interface Anchors {
  /** Writes an anchor where the head moved and the last anchor is old enough. */
  keep(): Promise<void>;
}

const EVERY_MS = 60_000;

/**
 * Keeps anchors in `folder`, with an Ed25519 key that is generated at the first start and never
 * stored in the database. Each anchor also goes to the process log and to `tell`, so that copies
 * exist beyond the reach of the owners of database and machine.
 */
export function openAnchors(options: {
  folder: string;
  tenant: string;
  database: Database;
  log: Logger;
  everyMs?: number;
  tell?: (anchor: Anchor) => Promise<void>;
}): Anchors {
  const { folder, tenant, database, log, everyMs = EVERY_MS } = options;
  let key: Promise<KeyObject> | undefined;
  let last = { position: 0n, at: Number.NEGATIVE_INFINITY };
  return {
    async keep() {
      const now = Date.now();
      if (now - last.at < everyMs) return;
      const head = await database.transaction({ tenant, user: null }, findHead);
      if (!head || head.position === last.position) return;
      last = { position: head.position, at: now };
      key ??= openAnchorKey(folder);
      const privateKey = await key;
      const { hash } = head;
      const noted = {
        tenant,
        position: String(head.position),
        hash,
        at: new Date(now).toISOString(),
      };
      const anchor = signAnchor(privateKey, noted);
      await appendFile(anchorsFile(folder, tenant), `${JSON.stringify(anchor)}\n`);
      log.info({ anchor }, 'the audit chain is anchored');
      await options.tell?.(anchor);
    },
  };
}

export const anchorsFile = (folder: string, tenant: string) =>
  join(folder, `anchors-${tenant}.ndjson`);
export const publicKeyFile = (folder: string) => join(folder, 'anchor-key.pub.pem');

/** @throws Error with the number of the malformed line. */
export async function readAnchors(file: string): Promise<Anchor[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const read = anchorSchema.safeParse(parse(line));
    if (!read.success) throw new Error(`line ${i + 1} of ${file} is no anchor`);
    return [read.data];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The key that signs anchors; it is made where there is none. */
export async function openAnchorKey(folder: string): Promise<KeyObject> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'anchor-key.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    const made = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await writeFile(file, made, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const kept = createPrivateKey(await readFile(file));
  await writeFile(
    publicKeyFile(folder),
    createPublicKey(kept).export({ type: 'spki', format: 'pem' }),
  );
  return kept;
}
