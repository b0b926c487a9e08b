import type { writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { droppedLogLines, logDestination } from './log.ts';

/** A file with a size limit; `grow` raises the limit. */
function smallFile(room: number) {
  let left = room;
  let text = '';
  const write = ((_fd: number, bytes: Buffer, from: number) => {
    const part = bytes.subarray(from, from + left);
    if (part.length === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    left -= part.length;
    text += part.toString();
    return part.length;
  }) as typeof writeSync;
  return {
    write,
    grow: (bytes: number) => {
      left += bytes;
    },
    lines: () => text.split('\n').filter(Boolean),
  };
}

it('drops lines while the disk is full, and logs their number afterwards', () => {
  const file = smallFile(12);
  const before = droppedLogLines();
  const log = logDestination(1, file.write);
  log.write('first line\n');
  for (let i = 0; i < 3; i++) log.write(`lost line ${i}\n`);
  expect(droppedLogLines() - before).toBe(3);
  file.grow(1000);
  log.write('last line\n');
  const [first, broken, told, last, ...more] = file.lines();
  // The byte that was left took the beginning of a line, which is not joined with a later one.
  expect([first, broken, last, more]).toEqual(['first line', 'l', 'last line', []]);
  expect(JSON.parse(told as string)).toMatchObject({ level: 40, dropped: 3 });
});

it('continues without a reader', () => {
  const gone = (() => {
    throw Object.assign(new Error('gone'), { code: 'EPIPE' });
  }) as typeof writeSync;
  const log = logDestination(1, gone);
  for (let i = 0; i < 100; i++) log.write('nobody reads\n');
});

it('waits for a reader that is slow', () => {
  let tries = 0;
  let text = '';
  const slow = ((_fd: number, bytes: Buffer) => {
    if (++tries < 3) throw Object.assign(new Error('later'), { code: 'EAGAIN' });
    text += bytes.toString();
    return bytes.length;
  }) as typeof writeSync;
  logDestination(1, slow).write('a line\n');
  expect(text).toBe('a line\n');
});

it('does not wait again for a reader that is stuck, once a line was dropped', () => {
  let tries = 0;
  let isStuck = true;
  const lines: string[] = [];
  const stuck = ((_fd: number, bytes: Buffer) => {
    tries++;
    if (isStuck) throw Object.assign(new Error('later'), { code: 'EAGAIN' });
    lines.push(bytes.toString());
    return bytes.length;
  }) as typeof writeSync;
  const log = logDestination(1, stuck);
  log.write('dropped after some waiting\n');
  expect(tries).toBeGreaterThan(1);
  tries = 0;
  for (let i = 0; i < 1000; i++) log.write('dropped at once\n');
  expect(tries).toBe(1000);
  isStuck = false;
  log.write('read again\n');
  expect(JSON.parse(lines[0]!)).toMatchObject({ dropped: 1001 });
  expect(lines.slice(1)).toEqual(['read again\n']);
});
