import { parseArgs } from 'node:util';
import { endWith, openCommand } from './platform/backup/command.ts';
import { restoreBackup } from './platform/backup/restore.ts';

const USAGE = `Restores a backup into an empty database and the stores of files. Stop the API first.

  npm run restore -- FILE (--identity-file FILE | --passphrase-file FILE) [--replace]

  --identity-file FILE    the private key of age (AGE-SECRET-KEY-…) of a recipient
  --passphrase-file FILE  the passphrase it was made with
  --replace               gives up what is in the database now

All rows come in one transaction, after every digest was compared: an interrupted restore leaves the
database as it was. Put the key ring of then in its place (ANSHI_KEYRING, else keyring.json in the data
folder) before the API is started. The database is that of DATABASE_URL and ANSHI_DATABASE_ADMIN_URL, else
the embedded one of ANSHI_DATA_DIR (.anshi), which is made where there is none.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'identity-file': { type: 'string' },
      'passphrase-file': { type: 'string' },
      replace: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const [file] = positionals;
  if (!file) throw new Error(`name the file of the backup\n\n${USAGE}`);
  const command = await openCommand({ makeDataDir: true });
  try {
    const { adminUrl, appUrl, stores } = command;
    const result = await restoreBackup({
      file,
      keys: {
        identityFile: values['identity-file'],
        passphraseFile: values['passphrase-file'],
      },
      adminUrl,
      appUrl,
      stores,
      replace: values.replace,
    });
    console.log(
      `the backup of ${result.madeAt}: ${result.rows} rows, ${result.files} files, ${result.seconds.toFixed(1)} s`,
    );
    if (result.migrated.length > 0)
      console.log(`brought to this version: ${result.migrated.join(', ')}`);
    for (const [tenant, ok] of Object.entries(result.audit)) {
      console.log(
        `audit log of ${tenant}: ${ok ? 'the chain holds' : 'NOT OK, see npm run audit:verify'}`,
      );
      if (!ok) process.exitCode = 2;
    }
  } finally {
    await command.stop();
  }
}

endWith(main);
