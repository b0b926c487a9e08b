import { join } from 'node:path';
import pino from 'pino';
import type { Account } from '../platform/access/account.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { createUnits } from '../platform/db/unit-of-work.ts';
import { createFiles } from '../platform/files/files.ts';
import { createIntake, type IntakeParts } from '../platform/files/intake.ts';
import type { Scanner } from '../platform/files/scanner.ts';
import { sweepFiles } from '../platform/files/sweep.ts';
import { openKeyring } from '../platform/sealed/keyring.ts';
import { createSealed } from '../platform/sealed/sealed.ts';
import { createFileCipher } from '../platform/sealed/stream.ts';
import type { ContentStore } from '../platform/store/content.ts';
import { openStore } from '../platform/store/open.ts';
import { openSite, type RunningApi, type Site, startApi } from './site.ts';

/** A site with one API and access to its file storage. */
export interface FilesWorld {
  site: Site;
  api: RunningApi;
  /** The operator, signed in. */
  user: { authorization: string };
  account: Account;
  database: Database;
  store: ContentStore;
  /** The dependencies of the file intake. */
  parts(scanner?: Scanner | null): IntakeParts;
  /** Runs the clean-up of orphaned files, as of that time. */
  sweep(
    now: Date,
    options?: { orphans?: boolean; scanner?: Scanner },
  ): ReturnType<typeof sweepFiles>;
  /** Uploads as the operator, to the hazard with this id. */
  attach(ids: string[], id: string): Promise<void>;
  rowOf(
    id: string,
  ): Promise<{ sha256: string; shownSha256: string; scan: string; entity: string | null }>;
  close(): Promise<void>;
}

export async function openFilesWorld(): Promise<FilesWorld> {
  const site = await openSite();
  const { appUrl } = await site.seededDatabase();
  const api = await startApi(site, appUrl);
  const user = await api.signIn('operator');
  const database = openDatabase(appUrl);
  const units = createUnits({ database, onError: () => {} });
  const store = openStore('files', api.settings, null);
  const row = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.appUser.findFirstOrThrow({ where: { username: 'operator' } }),
  );
  const account = { tenant: 'demo', id: row.id } as Account;
  const parts = (scanner: Scanner | null = null): IntakeParts => ({
    database,
    units,
    store,
    scanner,
    folder: join(api.settings.dataDir, 'uploads'),
    disks: { requireRoom: async () => {} },
    zone: 'Asia/Shanghai',
    tenant: 'demo',
    log: pino({ level: 'silent' }),
  });
  return {
    site,
    api,
    user,
    account,
    database,
    store,
    parts,
    sweep(now, { orphans = false, scanner } = {}) {
      // A scanner reads the decrypted bytes.
      const opened = openStore('files', api.settings, cipherOf(database, api));
      const all = { ...parts(scanner), store: opened };
      return sweepFiles(all, createIntake(all), { now, orphans });
    },
    async attach(ids, id) {
      const caller = { tenant: 'demo', account, address: null, requestId: null };
      await units.run(caller, (unit) =>
        createFiles({ store }).attach(unit, ids, { entity: 'hazard', id, role: 'found' }),
      );
    },
    rowOf: (id) =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.storedFile.findFirstOrThrow({ where: { id } }),
      ),
    async close() {
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
}

/** Of the files that an API stores. */
export function cipherOf(database: Database, { settings }: RunningApi) {
  return createFileCipher({
    store: 'files',
    database,
    sealed: createSealed(openKeyring(settings.keyring.file)),
  });
}
