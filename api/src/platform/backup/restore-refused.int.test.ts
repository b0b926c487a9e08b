import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BackupSite,
  backUp,
  emptyDatabase,
  filesIn,
  newFolder,
  openBackupSite,
  storesOf,
  tablesOf,
} from '../../testing/backups.ts';
import { type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { openKeyring } from '../sealed/keyring.ts';
import { readArchive, writeArchive } from './archive.ts';
import { INDEX } from './archive-manifest.ts';
import { decrypterOf, encrypterOf } from './keys.ts';
import { restoreBackup } from './restore.ts';
import { SEAL, sealIndex } from './seal.ts';

let world: BackupSite;
let site: Site;
let api: RunningApi;
const keyringOf = () => openKeyring(api.settings.keyring.file);

beforeAll(async () => {
  world = await openBackupSite();
  ({ site, api } = world);
});
afterAll(() => world?.stop());

/** Rewrites a backup with one entry changed, as anyone with the public key can. */
async function rewrite(
  from: string,
  to: string,
  change: {
    entry?: (name: string, bytes: Buffer) => Buffer;
    seal: 'old' | 'other-ring' | 'none';
  },
): Promise<void> {
  const entries: { name: string; bytes: Buffer }[] = [];
  const decrypter = await decrypterOf({ identityFile: world.identityFile });
  for await (const { name, content } of readArchive(from, decrypter)) {
    entries.push({ name, bytes: await buffer(Readable.from(content)) });
  }
  const otherRing = openKeyring(`${to}.ring.json`, { make: true });
  await writeArchive(
    to,
    await encrypterOf({ recipients: world.keys.recipients }),
    async (archive) => {
      const add = (name: string, bytes: Buffer) =>
        archive.add(
          name,
          bytes.length,
          (async function* () {
            yield bytes;
          })(),
        );
      let index = Buffer.alloc(0);
      for (const { name, bytes } of entries) {
        if (name === INDEX) {
          const old = JSON.parse(bytes.toString()) as object;
          index = Buffer.from(JSON.stringify({ ...old, entries: [...archive.index] }));
          await add(name, index);
        } else if (name !== SEAL) {
          await add(name, change.entry?.(name, bytes) ?? bytes);
        } else if (change.seal === 'old') await add(name, bytes);
        else if (change.seal === 'other-ring') {
          await add(name, Buffer.from(JSON.stringify(await sealIndex(otherRing, index))));
        }
      }
    },
  );
}

describe('[SEC-05] a restore', () => {
  it('writes nothing of a foreign backup, or of one whose index was changed with its entries', async () => {
    const archive = join(site.folder, 'own.age');
    await backUp(archive, world);
    const target = await emptyDatabase(site, 'of_another');
    const dataDir = await newFolder(site, 'foreign-data');
    const restore = (file: string, sealed = true) =>
      restoreBackup({
        file,
        keys: { identityFile: world.identityFile },
        ...target,
        dataDir,
        stores: storesOf(dataDir),
        keyring: sealed ? keyringOf() : null,
      });
    // An attacker adds an administrator, with valid digests and index.
    const raise = (name: string, bytes: Buffer) =>
      name.startsWith('database/user_role/')
        ? Buffer.from(bytes.toString().replaceAll('\tworker', '\tadmin'))
        : bytes;
    const forged = join(site.folder, 'forged.age');
    await rewrite(archive, forged, { entry: raise, seal: 'old' });
    await expect(restore(forged)).rejects.toThrow(/its index was changed/);
    await rewrite(archive, forged, { entry: raise, seal: 'other-ring' });
    await expect(restore(forged)).rejects.toThrow(/cannot be verified as yours/);
    await rewrite(archive, forged, { seal: 'none' });
    await expect(restore(forged)).rejects.toThrow(/no seal of the key ring.*--without-seal/);
    expect(await tablesOf(target.superUrl)).toBe(0);
    expect(await filesIn(dataDir)).toEqual([]);
    // Foreign backups are accepted by an explicit option.
    expect((await restore(forged, false)).files).toBeGreaterThan(0);
  });

  it('reports a wrong key, a truncated or modified file, and leaves nothing', {
    timeout: 180_000,
  }, async () => {
    const archive = join(site.folder, 'second.anshi.age');
    await backUp(archive, { ...world, keys: { passphraseFile: world.passphraseFile } });
    const target = await emptyDatabase(site, 'broken');
    const dataDir = await newFolder(site, 'broken-data');
    const stores = storesOf(dataDir);
    const restore = (file: string, passphraseFile = world.passphraseFile) =>
      restoreBackup({
        file,
        keys: { passphraseFile },
        ...target,
        stores,
        dataDir,
        keyring: keyringOf(),
      });

    const wrong = join(site.folder, 'wrong.txt');
    await writeFile(wrong, 'not the passphrase at all');
    await expect(restore(archive, wrong)).rejects.toThrow(/does not open/);
    await expect(restore(wrong)).rejects.toThrow(/not a backup/);
    await expect(restore(join(site.folder, 'none'))).rejects.toThrow(/cannot be read/);

    const whole = await readFile(archive);
    const damaged = join(site.folder, 'damaged.age');
    for (const at of [0.3, 0.6, 0.95]) {
      const bytes = Buffer.from(whole);
      const place = Math.floor(bytes.length * at);
      bytes[place] = bytes[place]! ^ 1;
      await writeFile(damaged, bytes);
      await expect(restore(damaged)).rejects.toThrow(/cut off or changed/);
      await writeFile(damaged, whole);
      await truncate(damaged, place);
      await expect(restore(damaged)).rejects.toThrow(/cut off/);
    }
    // No table was created, and no file written.
    expect(await tablesOf(target.superUrl)).toBe(0);
    expect(await filesIn(dataDir)).toEqual([]);
    expect((await restore(archive)).audit.demo).toBe(true);
    expect((await filesIn(dataDir)).length).toBeGreaterThan(0);
  });

  it('keeps existing data, unless replacing is requested', async () => {
    const archive = join(site.folder, 'third.anshi.age');
    await backUp(archive, world);
    const target = await site.freshDatabase();
    const dataDir = await newFolder(site, 'third-data');
    const running = await startApi(site, target.appUrl, { dataDir });
    await running.stop();
    const options = {
      file: archive,
      keys: { identityFile: world.identityFile },
      ...target,
      stores: storesOf(dataDir),
      keyring: keyringOf(),
      dataDir,
    };
    await expect(restoreBackup(options)).rejects.toThrow(/not empty .*--replace/);
    await expect(restoreBackup({ ...options, replace: true })).resolves.toMatchObject({
      audit: { demo: true },
    });
  });
});
