import type { Units } from '../db/unit-of-work.ts';
import type { FilesCore } from '../files/files.ts';
import type { StoredFile } from '../files/types.ts';
import { Problem } from '../http/errors.ts';
import type { User } from '../kit/routes.ts';

/**
 * An uploaded file of an import, for its sender only.
 *
 * @param file null where it was removed after its term.
 */
export async function seeImportFile(
  units: Units,
  files: FilesCore,
  user: User,
  file: string | null,
): Promise<StoredFile> {
  if (file === null) throw new Problem('import.file-gone');
  const { file: stored, sight } = await units.run(user, ({ tx }) =>
    files.see(tx, user.account, file),
  );
  if (sight === null || stored.uploadedBy !== user.account.id) throw new Problem('file.unknown');
  if (stored.scan === 'pending') throw new Problem('file.not-scanned');
  if (stored.scan === 'infected') throw new Problem('file.infected');
  return stored;
}

/** The bytes of an uploaded table. They are in memory alone: a copy on a disk would be open. */
export async function readImportFile(
  units: Units,
  files: FilesCore,
  user: User,
  file: string | null,
): Promise<Uint8Array> {
  const stored = await seeImportFile(units, files, user, file);
  const bytes = new Uint8Array(stored.shown.bytes);
  let at = 0;
  for await (const part of files.read(user.tenant, stored) as AsyncIterable<Buffer>) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
