import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { endWith, openCommand } from './platform/backup/command.ts';
import { drillBackup } from './platform/backup/drill.ts';
import { listArchives } from './platform/backup/folder.ts';
import { recorded } from './platform/backup/runs.ts';
import { openKeyring } from './platform/sealed/keyring.ts';
import { createSealed } from './platform/sealed/sealed.ts';

const USAGE = `Tests the restore: restores the newest backup into a separate database and folder, checks every
digest, the audit log and that the key ring opens every file, takes both away and keeps the result.

  npm run backup:drill -- [--file FILE | --dir FOLDER] (--identity-file FILE | --passphrase-file FILE) [--scratch FOLDER]

  --dir FOLDER      a folder of backups, whose newest is taken (ANSHI_BACKUP_DIR)
  --scratch FOLDER  temporary folder for the files (default: that of the system)

The owner of the database must be allowed to make one (CREATEDB).`;

async function main(): Promise<void> {
  const { env } = process;
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      dir: { type: 'string' },
      'identity-file': { type: 'string' },
      'passphrase-file': { type: 'string' },
      scratch: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const folder = values.dir ?? env.ANSHI_BACKUP_DIR;
  const file = values.file ?? (folder && (await listArchives(folder))[0]);
  if (!file) throw new Error(`there is no backup to test: set --file or --dir\n\n${USAGE}`);
  const command = await openCommand();
  try {
    const { adminUrl, appUrl, keyringFile } = command;
    const keyring = openKeyring(keyringFile);
    const result = await recorded(adminUrl, 'drill', basename(file), () =>
      drillBackup({
        file,
        keys: {
          identityFile: values['identity-file'],
          passphraseFile: values['passphrase-file'] ?? env.ANSHI_BACKUP_PASSPHRASE_FILE,
        },
        adminUrl,
        appUrl,
        folder: values.scratch,
        sealed: createSealed(keyring),
        keyring,
      }),
    );
    console.log(
      `${file} of ${result.madeAt} restores: ${result.rows} rows, ${result.readable} files read with the key ring, audit log holds, ${result.seconds.toFixed(1)} s`,
    );
  } finally {
    await command.stop();
  }
}

endWith(main);
