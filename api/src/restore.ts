import { parseArgs } from 'node:util';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { endWith, openCommand } from './platform/backup/command.ts';
import { cleanUp } from './platform/backup/journal.ts';
import { restoreBackup } from './platform/backup/restore.ts';
import { openKeyring } from './platform/sealed/keyring.ts';

const USAGE = `Restores a backup into an empty database and the stores of files. Stop the API first.

  npm run restore -- FILE (--identity-file FILE | --passphrase-file FILE) [--replace] [--without-seal]
  npm run restore -- --clean

  --identity-file FILE    the private key of age (AGE-SECRET-KEY-…) of a recipient
  --passphrase-file FILE  the passphrase it was made with
  --replace               gives up what is in the database now
  --without-seal          takes a backup that no key of the ring has sealed, as those of older versions
  --clean                 ends a restore that was stopped: takes away its files, or, where its rows were
                          committed, puts those in their places that waited for it

Put the key ring of then in its place first (ANSHI_KEYRING, else keyring.json in the data folder): it tells
that the backup is yours. The archive is read to its end and checked before anything is written. All rows
come in one transaction: a restore that is stopped leaves the database and its files as they were, and the
API does not start until it was run again or cleaned up. The database is that of DATABASE_URL and ANSHI_DATABASE_ADMIN_URL, else
the embedded one of ANSHI_DATA_DIR (.anshi), which is made where there is none.`;

async function main(): Promise<void> {
  keepFilesPrivate();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'identity-file': { type: 'string' },
      'passphrase-file': { type: 'string' },
      replace: { type: 'boolean', default: false },
      'without-seal': { type: 'boolean', default: false },
      clean: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const [file] = positionals;
  if (!file && !values.clean) throw new Error(`set --file to the backup\n\n${USAGE}`);
  const command = await openCommand({ makeDataDir: true });
  try {
    const { adminUrl, appUrl, stores, keyringFile, place } = command;
    if (!file) return tell(await cleanUp(place.dataDir, adminUrl, stores));
    const result = await restoreBackup({
      file,
      keys: {
        identityFile: values['identity-file'],
        passphraseFile: values['passphrase-file'],
      },
      adminUrl,
      appUrl,
      stores,
      keyring: values['without-seal'] ? null : openKeyring(keyringFile),
      dataDir: place.dataDir,
      replace: values.replace,
    });
    console.log(
      `the backup of ${result.madeAt}: ${result.rows} rows, ${result.files} files, ${result.seconds.toFixed(1)} s`,
    );
    if (result.migrated.length > 0)
      console.log(`brought to this version: ${result.migrated.join(', ')}`);
    if (result.unmeasured !== null) {
      console.log(
        `lists may be slow at first: the tables could not be analysed (${result.unmeasured}). run ANALYZE once that is fixed`,
      );
    }
    for (const [tenant, ok] of Object.entries(result.audit)) {
      console.log(
        `audit log of ${tenant}: ${ok ? 'the chain is intact' : 'NOT OK, see npm run audit:verify'}`,
      );
      if (!ok) process.exitCode = 2;
    }
  } finally {
    await command.stop();
  }
}

function tell(found: Awaited<ReturnType<typeof cleanUp>>): void {
  if (!found) {
    console.log('no interrupted restore found: nothing to clean up');
    return;
  }
  console.log(
    found.committed
      ? `the restore was complete: nothing is removed, ${found.settled} pending files were moved into place`
      : `removed ${found.removed} files of an interrupted restore; the database is unchanged`,
  );
}

endWith(main);
