import { describe, expect, it } from 'vitest';
import { readTar } from './tar.ts';

/** One entry of an archive as npm writes it. */
function entry(path: string, content: string, type = '0'): Uint8Array {
  const header = new Uint8Array(512);
  const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
  put(0, path);
  put(124, content.length.toString(8).padStart(11, '0'));
  header[156] = type.charCodeAt(0);
  put(257, 'ustar\0' + '00');
  header.fill(32, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  const data = new Uint8Array(Math.ceil(content.length / 512) * 512);
  data.set(new TextEncoder().encode(content));
  return Uint8Array.from([...header, ...data]);
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const archive = Uint8Array.from([
  ...entry('package/a.txt', 'x'.repeat(1000)),
  ...entry('package/sub', '', '5'),
  ...entry('package/b.txt', 'wanted'),
  ...entry('package/c.txt', 'also'),
  ...new Uint8Array(1024),
]);

async function read(bytes: Uint8Array, size = 700, most = 9): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await readTar(
    pieces(bytes, size),
    (path) => !path.endsWith('a.txt'),
    (path, content) => {
      found[path] = new TextDecoder().decode(content);
      return Object.keys(found).length < most;
    },
  );
  return found;
}

describe('readTar', () => {
  it('returns the requested files, for chunks of any size', async () => {
    const all = { 'package/b.txt': 'wanted', 'package/c.txt': 'also' };
    for (const size of [1, 511, 512, 4096]) expect(await read(archive, size)).toEqual(all);
    expect(await read(archive, 700, 1)).toEqual({ 'package/b.txt': 'wanted' });
  });

  it('refuses an archive that ends within a file, or has a damaged header', async () => {
    await expect(read(archive.subarray(0, 700))).rejects.toThrow('ends within package/a.txt');
    const damaged = Uint8Array.from(archive);
    damaged[3]! ^= 1;
    await expect(read(damaged)).rejects.toThrow('a header of the archive is damaged');
  });
});
