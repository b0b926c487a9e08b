import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OutboxEntry, type OutboxFile, type OutboxStore, retryDelay } from './entry.ts';
import { MemoryOutbox } from './memory-store.ts';
import { Refused, SignedOut, type SyncParts, syncOutbox } from './sync.ts';

const entryOf = (id: string, user: string, files: string[], createdAt: number): OutboxEntry => ({
  id,
  user,
  report: { description: id },
  files,
  state: 'waiting',
  createdAt,
  attempts: 0,
  nextTryAt: 0,
  problem: null,
  sentAt: null,
  receipt: null,
});
const fileOf = (id: string, report: string, user: string): OutboxFile => ({
  id,
  report,
  user,
  name: `${id}.jpg`,
  type: 'image/jpeg',
  blob: new Blob([id]),
  uploadUrl: null,
  fileId: null,
  sentBytes: 0,
});

/** Faults of a call. `lost-answer`: executed by the server, but the response is lost. */
type Fault = 'none' | 'no-network' | 'lost-answer' | 'server-error' | 'killed' | 'signed-out';
class Killed extends Error {}

/** A server that stores reports idempotently by id, as the API does. */
class Server {
  readonly uploads = new Map<string, string>();
  readonly hazards = new Map<string, string[]>();
  /** Every creation of a record. */
  made = 0;
  /** The phone is off: nothing is written until the app is opened again. */
  dead = false;
  readonly #faults: Fault[];
  constructor(faults: Fault[]) {
    this.#faults = faults;
  }

  act<Answer>(work: () => Answer): Answer {
    const fault = this.#faults.shift() ?? 'none';
    if (fault === 'no-network') throw new Error('no network');
    if (fault === 'server-error') throw new Error('503');
    if (fault === 'signed-out') throw new SignedOut();
    const answer = work();
    if (fault === 'lost-answer') throw new Error('connection reset');
    if (fault === 'killed') {
      this.dead = true;
      throw new Killed();
    }
    return answer;
  }
}

/** A store on a phone that can die: then every call fails, as with the process. */
function mortal(store: MemoryOutbox, server: Server): OutboxStore {
  return new Proxy(store, {
    get(target, name: keyof OutboxStore) {
      return (...values: never[]) => {
        if (server.dead) return Promise.reject(new Killed());
        return (target[name] as (...values: never[]) => Promise<unknown>).apply(target, values);
      };
    },
  });
}

function partsOf(store: MemoryOutbox, server: Server, clock: { now: number }): SyncParts {
  return {
    store: mortal(store, server),
    now: () => clock.now,
    random: () => 0.5,
    changed: () => {},
    upload: async (file, tell) => {
      const url = file.uploadUrl ?? `/uploads/${file.id}`;
      await tell({ uploadUrl: url });
      return server.act(() => {
        const known = server.uploads.get(url) ?? `F-${file.id}`;
        server.uploads.set(url, known);
        return known;
      });
    },
    send: async (entry, fileIds) =>
      server.act(() => {
        if (!server.hazards.has(entry.id)) {
          server.hazards.set(entry.id, fileIds);
          server.made += 1;
        }
        return { no: `YH-${entry.id}` };
      }),
  };
}

/** The app in use: killed, opened again, and retried until nothing waits. */
async function untilQuiet(
  user: string,
  parts: SyncParts,
  server: Server,
  clock: { now: number },
): Promise<void> {
  for (let round = 0; round < 400; round++) {
    server.dead = false;
    try {
      await syncOutbox(user, parts);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      continue;
    } finally {
      clock.now += 10 * 60_000;
    }
    const left = (await parts.store.entries(user)).filter((entry) => entry.state !== 'sent');
    if (left.length === 0 || left.every((entry) => entry.state === 'refused')) return;
  }
  throw new Error('it never came to rest');
}

const fault = fc.constantFrom<Fault>(
  'none',
  'no-network',
  'lost-answer',
  'server-error',
  'killed',
  'signed-out',
);

describe('sending what was reported offline', () => {
  it('[HAZ-12] loses and duplicates no report, for any fault at any time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }),
        fc.array(fault, { maxLength: 40 }),
        async (fileCounts, faults) => {
          const store = new MemoryOutbox();
          const server = new Server([...faults]);
          const clock = { now: 1_000 };
          const parts = partsOf(store, server, clock);
          for (const [i, count] of fileCounts.entries()) {
            const files = Array.from({ length: count }, (_, n) =>
              fileOf(`${i}-${n}`, `r${i}`, 'a'),
            );
            await store.add(
              entryOf(
                `r${i}`,
                'a',
                files.map((file) => file.id),
                i,
              ),
              files,
            );
          }
          await untilQuiet('a', parts, server, clock);
          expect(server.made).toBe(fileCounts.length);
          for (const [i, count] of fileCounts.entries()) {
            const expected = Array.from({ length: count }, (_, n) => `F-${i}-${n}`);
            expect(server.hazards.get(`r${i}`)).toEqual(expected);
          }
          for (const entry of await store.entries('a')) {
            expect(entry).toMatchObject({ state: 'sent', receipt: { no: `YH-${entry.id}` } });
            for (const id of entry.files) expect(await store.file(id)).toBeNull();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('sends nothing of another user of the same phone', async () => {
    const store = new MemoryOutbox();
    const server = new Server([]);
    await store.add(entryOf('mine', 'a', [], 1), []);
    await store.add(entryOf('theirs', 'b', [], 2), []);
    await syncOutbox('a', partsOf(store, server, { now: 1 }));
    expect([...server.hazards.keys()]).toEqual(['mine']);
    expect((await store.entry('theirs'))?.state).toBe('waiting');
  });

  it('keeps a refused report with the reason and the file, and continues', async () => {
    const store = new MemoryOutbox();
    const server = new Server([]);
    await store.add(entryOf('bad', 'a', ['f'], 1), [fileOf('f', 'bad', 'a')]);
    await store.add(entryOf('good', 'a', [], 2), []);
    const parts = partsOf(store, server, { now: 1 });
    const refusing = {
      ...parts,
      upload: async () => {
        throw new Refused('file.infected', 'The file carries malware.');
      },
    };
    await syncOutbox('a', refusing);
    expect(await store.entry('bad')).toMatchObject({
      state: 'refused',
      problem: { code: 'file.infected', text: 'The file carries malware.', file: 'f' },
    });
    expect(await store.file('f')).not.toBeNull();
    expect([...server.hazards.keys()]).toEqual(['good']);
    // Without that file it is sent.
    await store.removeFile('bad', 'f');
    await store.update('bad', { state: 'waiting' });
    await syncOutbox('a', parts);
    expect(server.hazards.get('bad')).toEqual([]);
  });

  it('uploads files again that the API has deleted meanwhile', async () => {
    const store = new MemoryOutbox();
    const server = new Server([]);
    const clock = { now: 1 };
    await store.add(entryOf('r', 'a', ['f'], 1), [
      { ...fileOf('f', 'r', 'a'), fileId: 'F-long-ago', uploadUrl: '/uploads/f' },
    ]);
    const parts = partsOf(store, server, clock);
    const strict = {
      ...parts,
      send: async (entry: OutboxEntry, ids: string[]) => {
        if (ids.includes('F-long-ago')) throw new Refused('file.unknown', 'gone');
        return parts.send(entry, ids);
      },
    };
    await syncOutbox('a', strict);
    expect((await store.entry('r'))?.state).toBe('waiting');
    clock.now += 600_000;
    await syncOutbox('a', strict);
    expect(server.hazards.get('r')).toEqual(['F-f']);
  });

  it('does not send a report that was withdrawn during the upload of its files', async () => {
    const store = new MemoryOutbox();
    const server = new Server([]);
    await store.add(entryOf('r', 'a', ['f'], 1), [fileOf('f', 'r', 'a')]);
    const parts = partsOf(store, server, { now: 1 });
    await syncOutbox('a', {
      ...parts,
      upload: async () => {
        await store.remove('r');
        return 'F';
      },
    });
    expect(server.hazards.size).toBe(0);
  });

  it('backs off after each failure, and reports the next attempt', async () => {
    const store = new MemoryOutbox();
    const clock = { now: 0 };
    await store.add(entryOf('r', 'a', [], 1), []);
    const parts = partsOf(store, new Server(Array<Fault>(20).fill('no-network')), clock);
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const due = (await syncOutbox('a', parts)) ?? -1;
      waits.push(due - clock.now);
      clock.now = due;
    }
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(waits.at(-1)).toBe(300_000);
    expect(retryDelay(1, 0)).toBe(1_500);
    expect(retryDelay(1, 1)).toBe(2_500);
  });
});
