import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { ManyRow } from '$lib/review/review-many.svelte.ts';
import { toasts } from '$lib/ui/toasts.svelte.ts';
import { eventually } from '../../../test/eventually.ts';
import { incidentOf } from '../../../test/incident.ts';
import { IncidentQueue } from './incident-queue.svelte.ts';
import { QueueMarks } from './queue-marks.svelte.ts';

const me = { id: 'u1', displayName: { zh: '李明', en: 'Li Ming' } };
const idOf = (number: number): string => incidentOf(number).id;
type Sent = { decision: string; rows: readonly { id: string; version: number }[] };

/** The incidents as the API has them. */
let stored: Map<string, Incident>;
let sent: Sent[];
/** Called before the API answers; throws where the answer is lost. */
let beforeAnswer: (of: Sent) => void;
let canRead: boolean;
let queue: IncidentQueue;
let marks: QueueMarks;

function decideStored({ decision, rows }: Sent): ManyRow<Incident>[] {
  const isReopened = decision === 'reopen';
  const status = isReopened ? 'pending' : decision === 'confirm' ? 'confirmed' : 'dismissed';
  return rows.map(({ id, version }) => {
    const now = stored.get(id)!;
    if (now.version !== version) {
      return { id, outcome: 'conflict', code: 'incident.version-conflict', current: now };
    }
    const verdict = isReopened
      ? null
      : { by: me, at: '2026-11-25T08:00:00.000Z', reason: null, note: null };
    const next: Incident = {
      ...now,
      status,
      verdict,
      undecided: isReopened ? 1 : 0,
      version: version + 1,
    };
    stored.set(id, next);
    return { id, outcome: 'done', status, version: version + 1 };
  });
}

beforeEach(async () => {
  i18n.set('en');
  stored = new Map([60, 50, 40].map((number) => [idOf(number), incidentOf(number)]));
  sent = [];
  beforeAnswer = () => {};
  canRead = true;
  queue = new IncidentQueue(
    {
      list: async () => ({ items: [...stored.values()], next: null }),
      get: async (id) => {
        if (!canRead) throw new TypeError('no network');
        return stored.get(id)!;
      },
      decide: async () => incidentOf(60),
    },
    () => me,
  );
  await queue.load();
  marks = new QueueMarks({
    queue,
    go: () => {},
    ondecided: () => {},
    reveal: () => {},
    mayDecide: () => true,
    send: async (decision, rows) => {
      const of = { decision: decision.decision, rows };
      sent.push(of);
      const answer = decideStored(of);
      beforeAnswer(of);
      return answer;
    },
  });
});
afterEach(() => {
  for (const toast of toasts.shown) toasts.close(toast.id);
});

const waiting = () => [60, 50, 40].filter((one) => stored.get(idOf(one))?.status === 'pending');
const text = () => toasts.shown.at(-1)?.text ?? '';
const swipe = async (number: number) => {
  marks.of(incidentOf(number))?.onswipe('right');
  await eventually(() => expect(stored.get(idOf(number))?.status).toBe('confirmed'));
  await eventually(() => expect(marks.actions.progress).toBeNull());
};

describe('the undo of a decision on many', () => {
  it('takes that verdict back, not what another reviewer decided since', async () => {
    beforeAnswer = () => {
      const theirs = { ...stored.get(idOf(50))!, status: 'dismissed' as const, version: 3 };
      stored.set(idOf(50), theirs);
      queue.receive(theirs);
    };
    marks.all();
    await marks.decide({ decision: 'confirm' });
    beforeAnswer = () => {};
    await marks.actions.undo();
    expect(sent[1]?.rows.map(({ version }) => version)).toEqual([2, 2, 2]);
    expect(stored.get(idOf(50))).toMatchObject({ status: 'dismissed', version: 3 });
    expect(waiting()).toEqual([60, 40]);
  });

  it('of a message is of its own decision', async () => {
    await swipe(60);
    await swipe(50);
    toasts.shown[0]?.action?.run();
    await eventually(() => expect(waiting()).toEqual([60, 40]));
    await eventually(() => expect(marks.actions.progress).toBeNull());
    // Once.
    await marks.actions.undo();
    expect(waiting()).toEqual([60, 50, 40]);
    await marks.actions.undo();
    expect(sent).toHaveLength(4);
  });

  it('can be done again where the connection was lost, for what it did not reopen', async () => {
    marks.all();
    await marks.decide({ decision: 'confirm' });
    const before = new Map(stored);
    beforeAnswer = () => {
      // Nothing of it was done.
      stored = new Map(before);
      throw new TypeError('no network');
    };
    await marks.actions.undo();
    expect(waiting()).toEqual([]);
    expect(text()).toMatch(/^0 reopened, the other 3 incidents stay: /);
    beforeAnswer = () => {};
    await marks.actions.undo();
    expect(waiting()).toEqual([60, 50, 40]);
  });
});

describe('a lost answer', () => {
  const lose = () => {
    beforeAnswer = () => {
      throw new TypeError('no network');
    };
  };

  it('is read again: what was decided is said, and can be undone', async () => {
    lose();
    marks.all();
    await marks.decide({ decision: 'confirm' });
    expect(text()).toBe('3 confirmed');
    expect(queue.items).toEqual([]);
    beforeAnswer = () => {};
    await marks.actions.undo();
    expect(waiting()).toEqual([60, 50, 40]);
  });

  it('that cannot be read again is said to be unknown', async () => {
    lose();
    canRead = false;
    marks.all();
    await marks.decide({ decision: 'confirm' });
    expect(text()).toBe(
      '0 confirmed, what became of 3 incidents is not known: the connection was lost, reload the page',
    );
  });
});
