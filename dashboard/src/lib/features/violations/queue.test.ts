import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem.ts';
import type { VerdictRequest, Violation, ViolationPage } from '$lib/api/types.ts';
import { Newest } from '$lib/live/newest.ts';
import { violationOf } from '../../../test/violation.ts';
import { defaultFilters, type Filters } from './filters.ts';
import { ViolationQueue } from './queue.svelte.ts';
import type { QueueApi } from './queue-api.ts';

/** Responses controlled by the test. */
class Held<Value> {
  readonly promise: Promise<Value>;
  resolve!: (value: Value) => void;
  reject!: (error: unknown) => void;
  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

const user = { id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } };
const other = { id: 'u2', displayName: { zh: '王芳', en: 'Wang Fang' } };
let pages: Map<string | null, ViolationPage>;
let verdicts: { id: string; body: VerdictRequest; answer: Held<Violation> }[];
let asked: (string | null)[];
let queue: ViolationQueue;
const api: QueueApi = {
  list: async (_filters, cursor) => {
    asked.push(cursor);
    const page = pages.get(cursor);
    if (!page) throw new ApiError(503, 'database', 'down');
    return page;
  },
  get: async (id) => violationOf(Number(id.slice(4))),
  decide: (id, body) => {
    const answer = new Held<Violation>();
    verdicts.push({ id, body, answer });
    return answer.promise;
  },
};
const numbers = (): number[] => queue.items.map((item) => Number(item.id.slice(4)));
const page = (next: string | null, ...list: number[]): ViolationPage => ({
  items: list.map((number) => violationOf(number)),
  next,
});
const item = (number: number): Violation =>
  queue.items.find((one) => one.id === violationOf(number).id)!;
const by = (violation: Violation, part: Partial<Violation>): Violation => ({
  ...violation,
  version: violation.version + 1,
  ...part,
});
const verdict = (who = user) => ({
  by: who,
  at: '2026-11-25T07:00:00.000Z',
  reason: null,
  note: null,
});

beforeEach(async () => {
  verdicts = [];
  asked = [];
  pages = new Map([
    [null, page('p2', 50, 40, 30)],
    ['p2', page(null, 20, 10)],
  ]);
  queue = new ViolationQueue(api, () => user);
  await queue.load(defaultFilters);
});

describe('loading', () => {
  it('paginates to the end, without duplicating a moved row', async () => {
    pages.set('p2', page(null, 30, 20, 10));
    await queue.loadMore();
    await queue.loadMore();
    expect(numbers()).toEqual([50, 40, 30, 20, 10]);
    expect(asked).toEqual([null, 'p2']);
  });

  it('keeps the rows and reports the error where a later page fails', async () => {
    pages.delete('p2');
    await queue.loadMore();
    expect(numbers()).toEqual([50, 40, 30]);
    expect(queue.moreError).toBeInstanceOf(ApiError);
    pages.set('p2', page(null, 20));
    await queue.loadMore();
    expect(numbers()).toEqual([50, 40, 30, 20]);
    expect(queue.moreError).toBeNull();
  });

  it('drops a response to outdated filters', async () => {
    const slow = new Held<ViolationPage>();
    const real = api.list;
    api.list = () => slow.promise;
    const first = queue.load({ ...defaultFilters, rule: 'missing-ppe/vest' });
    api.list = real;
    await queue.load({ ...defaultFilters, rule: 'missing-ppe/helmet' });
    slow.resolve(page(null, 1));
    await first;
    expect(numbers()).toEqual([50, 40, 30]);
  });
});

describe('live insertion', () => {
  it('inserts a new violation in order and counts it', () => {
    queue.receive(violationOf(60));
    queue.receive(violationOf(45));
    expect(numbers()).toEqual([60, 50, 45, 40, 30]);
    expect(queue.arrived).toBe(2);
  });

  it('ignores violations that do not match the filters', async () => {
    const filters: Filters = { ...defaultFilters, camera: 'dock' };
    await queue.load(filters);
    const before = numbers();
    queue.receive(violationOf(60));
    queue.receive(violationOf(61, { camera: 'dock', status: 'confirmed', version: 2 }));
    expect(numbers()).toEqual(before);
    queue.receive(violationOf(62, { camera: 'dock' }));
    expect(numbers()[0]).toBe(62);
  });

  it('does not insert an old one beyond the loaded rows', async () => {
    queue.receive(violationOf(5));
    expect(numbers()).toEqual([50, 40, 30]);
    await queue.loadMore();
    queue.receive(violationOf(5));
    expect(numbers()).toEqual([50, 40, 30, 20, 10, 5]);
  });

  it('applies an update in place, never an older version', () => {
    queue.receive(by(item(40), { endedAt: '2026-11-25T06:01:00.000Z' }));
    queue.receive(violationOf(40));
    expect(item(40).endedAt).toBe('2026-11-25T06:01:00.000Z');
    expect(queue.arrived).toBe(0);
  });

  it('never shows a decided one as pending where pushes arrive out of order', async () => {
    // From two API processes: the verdict arrives before the record itself.
    queue.receive(violationOf(60, { status: 'confirmed', version: 2, verdict: verdict(other) }));
    queue.receive(violationOf(60));
    expect(numbers()).toEqual([50, 40, 30]);
    // One that was in the list and left it.
    queue.receive(by(item(40), { status: 'confirmed', verdict: verdict(other) }));
    queue.receive(violationOf(40));
    expect(numbers()).toEqual([50, 30]);
    // One received by another part of the page before this list existed.
    const heard = new Newest<Violation>();
    heard.take(violationOf(50, { status: 'dismissed', version: 2, verdict: verdict(other) }));
    const later = new ViolationQueue(api, () => user, heard);
    await later.load(defaultFilters);
    later.receive(violationOf(50));
    expect(later.items.map(({ actor }) => actor)).toEqual(['t-40', 't-30']);
    await later.select(violationOf(50).id);
    expect(later.selected?.status).toBe('dismissed');
  });

  it('keeps pushes that arrive before an older response', async () => {
    const slow = new Held<ViolationPage>();
    const real = api.list;
    api.list = () => slow.promise;
    const loaded = queue.load();
    api.list = real;
    queue.receive(violationOf(60));
    queue.receive(by(item(40), { status: 'confirmed', verdict: verdict(other) }));
    queue.receive(by(item(30), { endedAt: '2026-11-25T06:01:00.000Z' }));
    slow.resolve(page('p2', 50, 40, 30));
    await loaded;
    expect(numbers()).toEqual([60, 50, 30]);
    expect(item(30).endedAt).toBe('2026-11-25T06:01:00.000Z');
    pages.set('p2', { items: [violationOf(20), violationOf(10)], next: null });
    queue.receive(violationOf(20, { status: 'confirmed', version: 2, verdict: verdict(other) }));
    await queue.loadMore();
    expect(numbers()).toEqual([60, 50, 30, 10]);
  });

  it('removes what another user decided, except the selected row', async () => {
    await queue.select(violationOf(40).id);
    queue.receive(by(item(40), { status: 'confirmed', verdict: verdict(other) }));
    queue.receive(by(item(30), { status: 'confirmed', verdict: verdict(other) }));
    expect(numbers()).toEqual([50, 40]);
    expect(queue.selected?.status).toBe('confirmed');
    await queue.select(violationOf(50).id);
    expect(numbers()).toEqual([50]);
  });
});

describe('selection', () => {
  it('moves to the neighbours, and from the place of a decided row', async () => {
    expect(queue.neighbour(1)).toBe(violationOf(50).id);
    await queue.select(violationOf(40).id);
    expect(queue.neighbour(1)).toBe(violationOf(30).id);
    expect(queue.neighbour(-1)).toBe(violationOf(50).id);
    void queue.decide(item(40), { decision: 'confirm' });
    expect(numbers()).toEqual([50, 30]);
    expect(queue.neighbour(1)).toBe(violationOf(30).id);
    expect(queue.neighbour(-1)).toBe(violationOf(50).id);
  });

  it('keeps its neighbours where the list is read again, also below the first page', async () => {
    await queue.loadMore();
    await queue.select(violationOf(20).id);
    // Two came meanwhile.
    pages = new Map([
      [null, page('p2', 70, 60, 50)],
      ['p2', page('p3', 40, 30, 20)],
      ['p3', page(null, 10)],
    ]);
    asked = [];
    await queue.load();
    expect(asked).toEqual([null, 'p2', 'p3']);
    expect(queue.neighbour(1)).toBe(violationOf(10).id);
    expect(queue.neighbour(-1)).toBe(violationOf(30).id);
  });

  it('is not looked for through the whole list where it left the list', async () => {
    await queue.select(violationOf(40).id);
    pages = new Map<string | null, ViolationPage>([[null, page('p1', 99, 98)]]);
    for (let n = 1; n < 20; n++) pages.set(`p${n}`, page(`p${n + 1}`, 90 - n * 2, 89 - n * 2));
    asked = [];
    await queue.load();
    expect(asked).toHaveLength(3);
  });

  it('is shown though it is not in the list', async () => {
    await queue.select(violationOf(7).id);
    expect(queue.selected?.actor).toBe('t-7');
  });
});

describe('decisions', () => {
  it('are shown at once and updated by the API’s response', async () => {
    const before = item(40);
    const outcome = queue.decide(before, { decision: 'dismiss', reason: 'allowed-work' });
    expect(numbers()).toEqual([50, 30]);
    expect(verdicts[0]?.body).toEqual({ decision: 'dismiss', reason: 'allowed-work', version: 1 });
    verdicts[0]?.answer.resolve(by(before, { status: 'dismissed', verdict: verdict() }));
    expect((await outcome).kind).toBe('saved');
    expect(numbers()).toEqual([50, 30]);
  });

  it('are reverted where the API fails', async () => {
    await queue.select(violationOf(40).id);
    const outcome = queue.decide(item(40), { decision: 'confirm' });
    expect(queue.selected?.verdict?.by).toEqual(user);
    verdicts[0]?.answer.reject(new ApiError(0, 'unreachable', 'no network'));
    expect((await outcome).kind).toBe('failed');
    expect(numbers()).toEqual([50, 40, 30]);
    expect(queue.selected?.status).toBe('pending');
    expect(queue.canUndo).toBe(false);
  });

  it('that fail yield to newer pushes', async () => {
    const outcome = queue.decide(item(40), { decision: 'confirm' });
    queue.receive(violationOf(40, { status: 'dismissed', version: 2, verdict: verdict(other) }));
    verdicts[0]?.answer.reject(new ApiError(0, 'unreachable', 'no network'));
    expect((await outcome).kind).toBe('failed');
    expect(numbers()).toEqual([50, 30]);
  });

  it('yield to another user’s decision, and show who', async () => {
    await queue.select(violationOf(40).id);
    const before = item(40);
    const outcome = queue.decide(before, { decision: 'confirm' });
    const current = by(before, { status: 'dismissed', verdict: verdict(other) });
    verdicts[0]?.answer.reject(new ApiError(409, 'violation.version-conflict', 'x', { current }));
    expect(await outcome).toEqual({ kind: 'conflict', item: current });
    expect(queue.selected?.verdict?.by).toEqual(other);
    expect(numbers()).toEqual([50, 30]);
    expect(queue.canUndo).toBe(false);
  });

  it('are repeated where only the clip arrived in between', async () => {
    const before = item(40);
    const outcome = queue.decide(before, { decision: 'confirm' });
    const current = by(before, { clipMissing: { reason: 'disk-full', message: 'full' } });
    verdicts[0]?.answer.reject(new ApiError(409, 'violation.version-conflict', 'x', { current }));
    await Promise.resolve();
    await Promise.resolve();
    expect(verdicts[1]?.body).toEqual({ decision: 'confirm', version: 2 });
    verdicts[1]?.answer.resolve(by(current, { status: 'confirmed', verdict: verdict() }));
    expect((await outcome).kind).toBe('saved');
  });

  it('can be undone in place, also while they are being saved', async () => {
    const before = item(40);
    void queue.decide(before, { decision: 'confirm' });
    const undone = queue.undo();
    verdicts[0]?.answer.resolve(by(before, { status: 'confirmed', verdict: verdict() }));
    await new Promise((resolve) => setTimeout(resolve));
    expect(verdicts[1]?.body).toEqual({ decision: 'reopen', version: 2 });
    expect(numbers()).toEqual([50, 40, 30]);
    verdicts[1]?.answer.resolve(violationOf(40, { version: 3 }));
    expect((await undone)?.kind).toBe('saved');
    expect(item(40).version).toBe(3);
    expect(await queue.undo()).toBeNull();
  });

  it('are undone in reverse order', async () => {
    for (const number of [50, 40]) {
      const before = item(number);
      const outcome = queue.decide(before, { decision: 'confirm' });
      verdicts.at(-1)?.answer.resolve(by(before, { status: 'confirmed', verdict: verdict() }));
      await outcome;
    }
    for (const number of [40, 50]) {
      const undone = queue.undo();
      await Promise.resolve();
      await new Promise((resolve) => setTimeout(resolve));
      expect(verdicts.at(-1)?.id).toBe(violationOf(number).id);
      verdicts.at(-1)?.answer.resolve(violationOf(number, { version: 3 }));
      await undone;
    }
    expect(numbers()).toEqual([50, 40, 30]);
  });
});
