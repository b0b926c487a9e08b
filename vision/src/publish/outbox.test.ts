import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyJudgeState } from '../judge/state.ts';
import { endedEvent } from '../record/events.ts';
import { CameraStates } from './camera-states.ts';
import { writeDurably } from './durable-file.ts';
import { Outbox } from './outbox.ts';
import type { OutboxEntry } from './outbox-entry.ts';

const log = pino({ level: 'silent' });
let folder: string;
let states: CameraStates;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-outbox-'));
  states = await CameraStates.open(join(folder, 'state'), log);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (more: Partial<Parameters<typeof Outbox.open>[0]> = {}) =>
  Outbox.open({ folder: join(folder, 'outbox'), states, log, ...more });

function entry(marker: number): OutboxEntry {
  const verdict = { type: 'ended', rule: 'missing-ppe', ruleId: 'ppe', track: 'a' } as const;
  const event = endedEvent({ ...verdict, violation: ulid(), endedAt: marker }, '/vision/w', 'gate');
  const state = states.next('gate', { ...emptyJudgeState('gate'), at: marker });
  return { version: 1, events: [event], state };
}

describe('outbox', () => {
  test('gives what was added in its order, also after a restart', async () => {
    const outbox = await open();
    const entries = [entry(1), entry(2), entry(3)];
    for (const one of entries) await outbox.add(one);
    const ids = entries.flatMap(({ events }) => events.map(({ id }) => id));
    expect([...outbox.events()].map(({ event }) => event.id)).toEqual(ids);
    expect([...(await open()).events()].map(({ event }) => event.id)).toEqual(ids);
  });

  test('the newest state of a camera is found in entry or file', async () => {
    const outbox = await open();
    const first = entry(1);
    await outbox.add(first);
    await states.ensure(states.next('gate', { ...emptyJudgeState('gate'), at: 2 }));
    const restart = async () => {
      const read = await CameraStates.open(join(folder, 'state'), log);
      return read.restore('gate', (await open()).entries) as { at: number };
    };
    expect((await restart()).at).toBe(2);
    await outbox.add(entry(3));
    expect((await restart()).at).toBe(3);
  });

  test('a file goes only after its state is durable in the state file', async () => {
    const outbox = await open();
    await outbox.add(entry(7));
    await outbox.settle([...outbox.events()][0]!);
    expect([...outbox.events()]).toEqual([]);
    const read = await CameraStates.open(join(folder, 'state'), log);
    expect(read.restore('gate', [])).toMatchObject({ at: 7 });
    // The next state is numbered after the restored one, so that it wins.
    expect(read.next('gate', emptyJudgeState('gate')).sequence).toBe(2);
  });

  test('a file stays until its last reference is done', async () => {
    const outbox = await open();
    let done = () => {};
    const hold = new Promise<void>((resolve) => {
      done = resolve;
    });
    await outbox.add(entry(1), () => hold);
    const settled = outbox.settle([...outbox.events()][0]!);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await readdir(join(folder, 'outbox'))).some((name) => /^\d/.test(name))).toBe(true);
    done();
    await settled;
    expect((await readdir(join(folder, 'outbox'))).some((name) => /^\d/.test(name))).toBe(false);
  });

  test('on a full disk, it stays in memory and reports the problem until it succeeds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      let full = true;
      const write: typeof writeDurably = async (path, content) => {
        if (full) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        await writeDurably(path, content);
      };
      const outbox = await open({ write });
      const adding = outbox.add(entry(1));
      await vi.waitFor(() => expect(outbox.problem).toContain('no space left'), 30_000);
      expect(outbox.count.waiting).toBe(1);
      expect([...outbox.events()]).toEqual([]);
      full = false;
      await vi.advanceTimersByTimeAsync(1000);
      vi.useRealTimers();
      await adding;
      expect(outbox.problem).toBeNull();
      expect([...outbox.events()]).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a damaged entry is set aside and reported, also at the next start; the others are delivered', async () => {
    const outbox = await open();
    await outbox.add(entry(1));
    await outbox.add(entry(2));
    const [first] = [...outbox.events()];
    await writeFile(join(folder, 'outbox', first!.file), '{"version":1,');
    for (const again of [await open(), await open()]) {
      expect([...again.events()]).toHaveLength(1);
      expect(again.problem).toMatch(/1 damaged entries lie in .*damaged/);
    }
  });

  test('a rejected event is kept, also over a restart', async () => {
    const outbox = await open();
    await outbox.add(entry(1));
    const waiting = [...outbox.events()][0]!;
    await outbox.settle(waiting, 'not a known camera');
    const again = await open();
    expect(again.count).toEqual({ waiting: 0, rejected: 1 });
    expect(again.kept.map(({ id }) => id)).toEqual([waiting.event.id]);
  });
});
