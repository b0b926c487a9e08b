import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** A moment for all parts: the same files make the same archive. */
const THEN = new Date(0);

/**
 * Packs a folder into a tar, in the order of the names.
 *
 * @returns digest and size of the archive.
 */
export async function packFolder(
  folder: string,
  file: string,
): Promise<{ sha256: string; bytes: number }> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    await new Promise<void>((resolve, reject) => {
      archive.entry({ name, mtime: THEN, mode: 0o644 }, bytes, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  archive.finalize();
  await written;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
}
