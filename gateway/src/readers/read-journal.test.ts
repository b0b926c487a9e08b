import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReadJournal } from './read-journal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-reads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('loses the oldest that were not sent where the broker is away for too long, and none that is on its way', async () => {
  const journal = await ReadJournal.open(join(folder, 'reads'), pino({ level: 'silent' }));
  const reads = (count: number, from: number) =>
    Array.from({ length: count }, (_, n) => ({ read: from + n }));
  await journal.add(reads(200_000, 0));
  const sent = journal.next();
  expect(sent).toHaveLength(200);
  // More come in while these are with the broker.
  await journal.add(reads(50, 200_000));
  await journal.done(sent.length);
  expect(journal.waiting).toBe(199_800);
  expect(journal.next()[0]).toBe('{"read":250}');
  await journal.close();
});
