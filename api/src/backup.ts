import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keepFilesPrivate } from '@anshi/contracts/private-files';
import { endWith, mib, openCommand } from './platform/backup/command.ts';
import { keepNewest, newArchive } from './platform/backup/folder.ts';
import { makeBackup } from './platform/backup/make.ts';
import { recorded } from './platform/backup/runs.ts';
import { openKeyring } from './platform/sealed/keyring.ts';

const USAGE = `Makes an encrypted backup of every row, as of one moment, and of all files and evidence. The system goes
on meanwhile.

  npm run backup -- (--out FILE | --dir FOLDER [--keep N]) (--recipient age1… | --passphrase-file FILE)

  --out FILE              where to write it; it appears when it is whole
  --dir FOLDER            a folder of backups (ANSHI_BACKUP_DIR); --keep N keeps the newest N
  --recipient age1…       public key of age, may be given more than once; the machine that makes
                          backups cannot read them then (ANSHI_BACKUP_RECIPIENT)
  --passphrase-file FILE  a passphrase of 12 characters or more (ANSHI_BACKUP_PASSPHRASE_FILE)

The key ring (ANSHI_KEYRING, else keyring.json in the data folder) is NOT in the backup. Keep a copy of it
elsewhere: without it the sensitive fields and files of the backup cannot be read. The database is that of
DATABASE_URL and ANSHI_DATABASE_ADMIN_URL, else the embedded one of ANSHI_DATA_DIR (.anshi).`;

async function main(): Promise<void> {
  keepFilesPrivate();
  const { env } = process;
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      dir: { type: 'string' },
      keep: { type: 'string' },
      recipient: { type: 'string', multiple: true },
      'passphrase-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const folder = values.dir ?? (values.out ? undefined : env.ANSHI_BACKUP_DIR);
  const out = values.out ?? (folder && (await newArchive(folder)));
  if (!out) throw new Error(`set --out or --dir\n\n${USAGE}`);
  const hasPassphrase = values['passphrase-file'] !== undefined;
  const usual = !hasPassphrase && env.ANSHI_BACKUP_RECIPIENT ? [env.ANSHI_BACKUP_RECIPIENT] : [];
  const command = await openCommand();
  try {
    const { adminUrl, stores, version } = command;
    const keyring = openKeyring(command.keyringFile, { make: !env.ANSHI_KEYRING });
    const file = resolve(out);
    const keys = {
      recipients: values.recipient ?? usual,
      passphraseFile: values['passphrase-file'] ?? env.ANSHI_BACKUP_PASSPHRASE_FILE,
    };
    const made = await recorded(adminUrl, 'backup', basename(file), () =>
      makeBackup({ file, keys, adminUrl, stores, keyring, version }),
    );
    console.log(
      `${file}: ${mib(made.bytes)}, ${made.rows} rows of ${made.tables} tables, ${made.files} files, ${made.seconds.toFixed(1)} s\nkeep a copy of the key ring ${command.keyringFile} elsewhere: it is not in the backup`,
    );
    if (folder && values.keep) {
      for (const gone of await keepNewest(folder, Number(values.keep)))
        console.log(`removed ${gone}`);
    }
  } finally {
    await command.stop();
  }
}

endWith(main);
