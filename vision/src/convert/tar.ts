import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/**
 * Reads an uncompressed tar stream and hands over the plain files that are wanted.
 *
 * @param wants whether a file of this path is wanted.
 * @param take gets the bytes of each; false ends the reading.
 * @throws Error where a header is damaged, or the stream ends within a file.
 */
export async function readTar(
  stream: AsyncIterable<Uint8Array>,
  wants: (path: string) => boolean,
  take: (path: string, bytes: Uint8Array) => boolean,
): Promise<void> {
  const archive = extract();
  // What fails in it fails the reading of the entries too.
  pipeline(stream, archive).catch(() => {});
  for await (const entry of archive) {
    const { name, type } = entry.header;
    if (type !== 'file' || !wants(name)) entry.resume();
    else if (!take(name, await buffer(entry))) return;
  }
}
