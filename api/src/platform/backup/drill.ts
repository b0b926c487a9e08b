import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../db/database.ts';
import type { Keyring } from '../sealed/keyring.ts';
import type { Sealed } from '../sealed/sealed.ts';
import { createFileCipher } from '../sealed/stream.ts';
import { openBlobs, openStore, STORES } from '../store/open.ts';
import type { OpeningKeys } from './keys.ts';
import { type RestoreResult, restoreBackup } from './restore.ts';

export interface DrillOptions {
  file: string;
  keys: OpeningKeys;
  adminUrl: string;
  appUrl: string;
  /** Temporary folder of the restored files. */
  folder: string;
  /** The key ring of this installation: whether it opens the backup is part of the drill. */
  sealed: Sealed;
  keyring: Keyring;
}

export interface DrillResult extends RestoreResult {
  /** Files that were read completely with the key ring, with a valid digest. */
  readable: number;
}

/**
 * Restores a backup beside the running system, verifies it, and removes it again. A backup that was
 * never restored is unproven.
 *
 * @throws Error with the fault of the backup.
 */
export async function drillBackup(options: DrillOptions): Promise<DrillResult> {
  const name = `anshi_drill_${Date.now()}`;
  const dataDir = join(options.folder, name);
  const within = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const [adminUrl, appUrl] = [within(options.adminUrl), within(options.appUrl)];
  await onServer(options.adminUrl, `CREATE DATABASE ${name}`);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const place = { dataDir, s3: null };
    const result = await restoreBackup({
      file: options.file,
      keys: options.keys,
      keyring: options.keyring,
      dataDir: null,
      adminUrl,
      appUrl,
      stores: { evidence: openBlobs('evidence', place), files: openBlobs('files', place) },
    });
    const broken = Object.entries(result.audit).filter(([, ok]) => !ok);
    if (broken.length > 0) {
      throw new Error(
        `the audit log of ${broken.map(([tenant]) => tenant).join(', ')} does not hold after restoring ${basename(options.file)}`,
      );
    }
    return { ...result, readable: await readAll(appUrl, place, options.sealed) };
  } finally {
    await onServer(options.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function onServer(adminUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function readAll(
  appUrl: string,
  place: { dataDir: string; s3: null },
  sealed: Sealed,
): Promise<number> {
  const database = openDatabase(appUrl);
  let readable = 0;
  try {
    for (const name of STORES) {
      const store = openStore(name, place, createFileCipher({ database, sealed, store: name }));
      for await (const { tenant, sha256 } of store.list()) {
        const hash = createHash('sha256');
        for await (const chunk of store.read(tenant, sha256)) hash.update(chunk as Buffer);
        if (hash.digest('hex') !== sha256) {
          throw new Error(`the file ${sha256} of ${tenant} is not what it was: see its store`);
        }
        readable++;
      }
    }
  } finally {
    await database.close();
  }
  return readable;
}
