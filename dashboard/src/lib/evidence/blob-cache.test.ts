import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BlobCache } from './blob-cache.ts';

let made: number;
let revoked: string[];
beforeEach(() => {
  made = 0;
  revoked = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => `blob:${++made}`);
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void revoked.push(url));
});
afterEach(() => vi.restoreAllMocks());

it('loads evidence once and drops the least recently used', async () => {
  const loads: string[] = [];
  const cache = new BlobCache(2, async (url) => {
    loads.push(url);
    return new Blob([url]);
  });
  await cache.get('a');
  await cache.get('b');
  await cache.get('a');
  await cache.get('c');
  await Promise.resolve();
  expect(loads).toEqual(['a', 'b', 'c']);
  expect(revoked).toEqual(['blob:2']);
  expect(await cache.get('a')).toBe('blob:1');
});

it('does not cache a failure', async () => {
  let fail = true;
  const cache = new BlobCache(2, async () => {
    if (fail) throw new Error('down');
    return new Blob();
  });
  await expect(cache.get('a')).rejects.toThrow('down');
  fail = false;
  expect(await cache.get('a')).toBe('blob:1');
});
