import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** A fixed time stamp for all entries, so that archives are reproducible. */
const THEN = new Date(0);

/**
 * Packs a folder into a tar, sorted by name.
 *
 * @returns digest and size of the archive.
 */
export async function packFolder(
  folder: string,
  file: string,
): Promise<{ sha256: string; bytes: number }> {
  const parts = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .map((entry) => ({
      name: join(entry.parentPath, entry.name).slice(folder.length + 1),
      isFolder: entry.isDirectory(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  for (const { name, isFolder } of parts) {
    // Empty folders too: readers of the set expect them.
    const header = isFolder
      ? ({ name: `${name}/`, type: 'directory', mtime: THEN, mode: 0o755 } as const)
      : { name, mtime: THEN, mode: 0o644 };
    const bytes = isFolder ? Buffer.alloc(0) : await readFile(join(folder, name));
    await new Promise<void>((resolve, reject) => {
      archive.entry(header, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  archive.finalize();
  await written;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { sha256: hash.digest('hex'), bytes: (await stat(file)).size };
}
