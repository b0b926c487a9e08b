import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import pg from 'pg';
import type { SealingKeys } from '../platform/backup/keys.ts';
import { type BackupResult, makeBackup } from '../platform/backup/make.ts';
import { openKeyring } from '../platform/sealed/keyring.ts';
import { openBlobs } from '../platform/store/open.ts';
import { drawPicture } from './media.ts';
import { cloneDatabase } from './prepared-server.ts';
import { openSite, type RunningApi, type Site, startApi } from './site.ts';
import { uploadFile } from './tus.ts';

/** The stores of a data folder, as raw bytes. */
export const storesOf = (dataDir: string) => ({
  evidence: openBlobs('evidence', { dataDir, s3: null }),
  files: openBlobs('files', { dataDir, s3: null }),
});

/** The fixture of restore tests: an API with pictures, and backup keys. */
export interface BackupSite {
  site: Site;
  api: RunningApi;
  superUrl: string;
  adminUrl: string;
  appUrl: string;
  /** Settings of backups: only the key can open them. */
  keys: { recipients: string[] };
  identityFile: string;
  passphraseFile: string;
  stop(): Promise<void>;
}

/** @param pictures the number of attached pictures. */
export async function openBackupSite(pictures = 3): Promise<BackupSite> {
  const site = await openSite({ ownServer: true });
  try {
    const urls = await site.seededDatabase();
    const api = await startApi(site, urls.appUrl);
    const { recipients, ...files } = await makeBackupKeys(site);
    const user = await api.signIn();
    for (let seed = 1; seed <= pictures; seed++) {
      await uploadFile(api, user, await drawPicture(seed));
    }
    return {
      site,
      api,
      ...urls,
      ...files,
      keys: { recipients },
      async stop() {
        await api.stop();
        await site.stop();
      },
    };
  } catch (error) {
    await site.stop();
    throw error;
  }
}

/** Makes a backup of a running API, with its key ring and stores. */
export function backUp(
  file: string,
  from: { api: RunningApi; adminUrl: string; keys: SealingKeys },
): Promise<BackupResult> {
  const { dataDir, keyring } = from.api.settings;
  return makeBackup({
    file,
    keys: from.keys,
    adminUrl: from.adminUrl,
    stores: storesOf(dataDir),
    keyring: openKeyring(keyring.file),
    version: '0.1.0',
  });
}

/** Asks a database. */
export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** How many tables a database has. */
export async function tablesOf(superUrl: string): Promise<number> {
  const tables = await ask(
    superUrl,
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  return tables.length;
}

/** An empty database, without tables. */
export async function emptyDatabase(site: Site, name: string) {
  await cloneDatabase(site.server.superUrl, 'template1', name);
  const within = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const { superUrl, adminUrl, appUrl } = site.server;
  return { superUrl: within(superUrl), adminUrl: within(adminUrl), appUrl: within(appUrl) };
}

/** Every file in a folder, recursively. */
export async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map(({ name }) => name);
}

/** A folder of the site. */
export async function newFolder(site: Site, name: string): Promise<string> {
  const folder = join(site.folder, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** An age key and a passphrase, each in a file of the site. */
export async function makeBackupKeys(site: Site) {
  const identity = await generateIdentity();
  const identityFile = join(site.folder, 'identity.txt');
  const passphraseFile = join(site.folder, 'passphrase.txt');
  await writeFile(identityFile, `# made for the test\n${identity}\n`);
  await writeFile(passphraseFile, 'a passphrase that is long enough\n');
  return { recipients: [await identityToRecipient(identity)], identityFile, passphraseFile };
}
