import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NotAPack } from './read-zip.ts';
import { verifyPack } from './verify-pack.ts';

describe('a file that is no pack', () => {
  /** A zip of one entry, written by hand, so that it may lie. */
  function zipOf(name: string, content: Buffer, attributes = 0, copies = 1): Buffer {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const central = Buffer.alloc(46 + name.length);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(content.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(attributes, 38);
    central.write(name, 46);
    const table = Buffer.concat(Array.from({ length: copies }, () => central));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(copies, 8);
    end.writeUInt16LE(copies, 10);
    end.writeUInt32LE(table.length, 12);
    end.writeUInt32LE(local.length + packed.length, 16);
    return Buffer.concat([local, packed, table, end]);
  }

  it.each([
    ['text', Buffer.from('no zip at all'), 'no zip'],
    ['another zip', zipOf('a.txt', Buffer.from('a')), 'pack.json'],
    ['a bomb', zipOf('pack.json', Buffer.alloc(90 * 1024 * 1024)), 'many times'],
    ['a path out of it', zipOf('../../etc/passwd', Buffer.from('x')), 'broken'],
    ['an absolute path', zipOf('/etc/passwd', Buffer.from('x')), 'broken'],
    ['a name with a backslash', zipOf('a\\b', Buffer.from('x')), 'broken'],
    ['a link', zipOf('pack.json', Buffer.from('/etc/passwd'), 0o120777 * 0x10000), 'link'],
    ['one name twice', zipOf('pack.json', Buffer.from('{}'), 0, 2), 'two files'],
  ])('is refused: %s', async (_, bytes, why) => {
    const path = join(await mkdtemp(join(tmpdir(), 'anshi-no-pack-')), 'pack.zip');
    await writeFile(path, bytes);
    await expect(verifyPack(path)).rejects.toThrow(why);
    await expect(verifyPack(path)).rejects.toBeInstanceOf(NotAPack);
  });
});
