import { beforeAll, describe, expect, it } from 'vitest';
import { obligationActs } from '../../testing/obligations.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import type { ObligationRow, ObligationView } from './schema.ts';

const used = useApi();
const { look, casesOf, noticesOf } = obligationActs(used);
interface Page {
  items: ObligationRow[];
  next: string | null;
  counts: { all: number; overdue: number; d7: number; d30: number; d60: number; d90: number };
}
interface Refusal {
  code: string;
  link: string;
  errors: { field: string; message: string }[];
  current: ObligationView;
}
const send = <Body = ObligationView & Refusal>(
  user: string,
  method: string,
  path: string,
  body?: object,
) => used.api.send<Body>(user, method, path, body);
const page = async (user: string, query = '') =>
  (await send<Page>(user, 'GET', `/obligations?${query}`)).body;
const read = async (user: string, id: string) =>
  (await send(user, 'GET', `/obligations/${id}`)).body;
const complete = (
  user: string,
  { id, version }: { id: string; version: number },
  more: object = {},
) =>
  send(user, 'POST', `/obligations/${id}/completion`, {
    version,
    on: dayIn(0),
    note: 'Lens cleaned, seals checked',
    ...more,
  });
const postpone = (user: string, { id, version }: { id: string; version: number }, until: string) =>
  send(user, 'POST', `/obligations/${id}/postponement`, {
    version,
    until,
    reason: 'The hall is closed until then',
  });
let count = 0;
/** A device whose maintenance is due in so many days. */
async function device(days: number): Promise<ObligationRow> {
  const made = await send<{ id: string }>('maintainer', 'POST', '/device-files', {
    kind: 'camera',
    name: `Due camera ${++count}`,
    areaId: null,
    installedOn: dayIn(-300),
    maintainedOn: dayIn(days - 180),
    maintenanceDays: 180,
  });
  const [found] = await casesOf('maintainer', `subject=device-file:${made.body.id}`);
  return found!;
}
const personOf = async (employeeNo: string) => {
  const { body } = await send<{ items: { id: string; employeeNo: string }[] }>(
    'safety.head',
    'GET',
    '/persons?limit=200',
  );
  return body.items.find((one) => one.employeeNo === employeeNo)!.id;
};
/** Lends a badge, due back in so many days. */
async function lend(person: string, badge: string, days: number): Promise<ObligationRow> {
  const path = `/persons/${person}/badges`;
  const lent = await send('safety.head', 'POST', path, { badge, dueBack: dayIn(days) });
  expect(lent.status).toBe(200);
  const found = await casesOf('safety.head', `person=${person}&kind=badge-return`);
  return found.find(({ detail }) => detail?.en === `Badge ${badge}`)!;
}

/** Something of each kind falls due in the demonstration. */
const demonstrated = [
  'badge-return',
  'device-maintenance',
  'medical-check',
  'qualification-end',
  'supplier-certificate',
];

beforeAll(async () => {
  // The rows of the demonstration are compared when the API starts.
  await until(async () => {
    const shown = new Set((await page('safety', 'limit=200')).items.map(({ kind }) => kind));
    return demonstrated.every((kind) => shown.has(kind));
  }, 'the demonstration is there');
});

describe('what falls due', () => {
  it('is there on the first day, by window, page by page, and as a spreadsheet', async () => {
    const all = await page('safety', 'limit=200');
    expect(all.counts.all).toBe(all.items.length);
    const days = all.items.map(({ dueOn }) => dueOn);
    expect(days).toEqual([...days].sort());
    for (const [window, total] of [
      ['overdue', all.counts.overdue],
      ['7', all.counts.d7],
      ['30', all.counts.d30],
      ['90', all.counts.d90],
    ] as const) {
      const { items } = await page('safety', `limit=200&window=${window}`);
      expect([window, items.length]).toEqual([window, total]);
    }
    const ids: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const one: Page = await page('safety', `limit=2${next ? `&cursor=${next}` : ''}`);
      ids.push(...one.items.map(({ id }) => id));
      next = one.next;
    }
    expect(ids).toEqual(all.items.map(({ id }) => id));
    const sheet = await used.api.get(
      '/api/v1/obligations/export?window=overdue&format=csv&lang=en',
      await used.api.signIn('safety'),
    );
    const lines = (await sheet.text()).trim().split('\r\n');
    expect([sheet.status, lines.length]).toEqual([200, all.counts.overdue + 1]);
    const calendar = await used.api.get(
      '/api/v1/obligations/calendar?window=overdue&lang=en',
      await used.api.signIn('safety'),
    );
    expect([calendar.status, calendar.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
    ]);
    expect((await calendar.text()).match(/^UID:/gm)).toHaveLength(all.counts.overdue);
    const forged = Buffer.from(JSON.stringify(['obligations by day', 'x', all.items[0]!.id]));
    const wrong = await send(
      'safety',
      'GET',
      `/obligations?cursor=${forged.toString('base64url')}`,
    );
    expect([wrong.status, wrong.body.code]).toEqual([400, 'request.cursor']);
  });

  it('is found by name, kind, state and subject', async () => {
    const one = await device(5);
    const found = await page('safety', `q=${encodeURIComponent(one.subject.name.en)}`);
    expect(found.items.map(({ id }) => id)).toEqual([one.id]);
    expect(found.counts).toMatchObject({ all: 1, d7: 1, d30: 1 });
    expect(await casesOf('safety', `subject=device-file:${one.subject.id}&state=planned`)).toEqual(
      [],
    );
    expect(one.subject.link).toBe(`/device-files/${one.subject.id}`);
    const kinds = await send<{ items: { id: string; lead: string }[] }>(
      'safety',
      'GET',
      '/obligations/kinds',
    );
    expect(kinds.body.items).toContainEqual(
      expect.objectContaining({ id: 'supplier-certificate', lead: '60 days' }),
    );
  });
});

describe('a person', () => {
  it('sees their own, and others within the reach of both permissions', async () => {
    const own = await lend(await personOf('E006'), 'lent-own', 20);
    const theirs = await lend(await personOf('E011'), 'lent-theirs', 20);
    const seen = async (user: string) => (await page(user, 'limit=200')).items.map(({ id }) => id);
    // A press worker has no right to the files of people.
    expect(await seen('worker.press')).toEqual(expect.arrayContaining([own.id]));
    expect(await seen('worker.press')).not.toContain(theirs.id);
    // The head of the press shop sees the people of the press shop.
    expect(await seen('head.press')).toContain(own.id);
    expect(await seen('head.press')).not.toContain(theirs.id);
    expect((await send('head.press', 'GET', `/obligations/${theirs.id}`)).status).toBe(404);
    expect((await send('worker.press', 'GET', `/obligations/${own.id}`)).body).toMatchObject({
      mayComplete: false,
      mayPostpone: false,
      subject: { link: null },
    });
    expect((await read('head.press', own.id)).subject.link).toBe(`/admin/people/${own.subject.id}`);
    expect((await complete('worker.press', own)).status).toBe(403);
  });

  it('who left owes the badge until it is returned', async () => {
    const made = await send<{ id: string }>('safety.head', 'POST', '/persons', {
      employeeNo: 'E-LEAVES',
      name: '暂借人',
      departmentId: 'press-shop',
    });
    const one = await lend(made.body.id, 'lent-leaves', 9);
    await send('safety.head', 'POST', `/persons/${made.body.id}/leave`, { on: dayIn(0) });
    const owed = await until(async () => {
      const now = await read('safety.head', one.id);
      return now.dueOn === dayIn(0) ? now : null;
    }, 'it is due on the last day of work');
    expect(owed.ended).toBeNull();
    const { body } = await send<{ owedBadges: { id: string }[] }>(
      'safety.head',
      'GET',
      `/persons/${made.body.id}`,
    );
    const path = `/persons/${made.body.id}/badges/${body.owedBadges[0]?.id}/settlement`;
    await send('safety.head', 'POST', path, { as: 'returned' });
    const closed = await until(async () => {
      const now = await read('safety.head', one.id);
      return now.ended ? now : null;
    }, 'the case is closed');
    expect(closed.state).toBe('done');
    const listed = async (states: string) =>
      (await page('safety.head', `limit=200&state=${states}`)).items;
    const done = await listed('done');
    expect(done.map(({ id }) => id)).toContain(one.id);
    expect(new Set(done.map(({ state }) => state))).toEqual(new Set(['done']));
    expect((await listed('closed,overdue')).map(({ id }) => id)).not.toContain(one.id);
    const mixed = await listed('done,overdue');
    expect(mixed.map(({ id }) => id)).toContain(one.id);
    expect(new Set(mixed.map(({ state }) => state))).toEqual(new Set(['done', 'overdue']));
  });

  it('is told of their own badge, beside those who keep the register', async () => {
    const one = await lend(await personOf('E006'), 'lent-told', 0);
    await look();
    await look();
    const [told, ...more] = await noticesOf(one.id);
    expect(more).toEqual([]);
    expect(told).toMatchObject({ kind: 'badge.return', link: `/obligations/${one.id}` });
    expect(told!.recipients.length).toBeGreaterThan(1);
    await send('safety.head', 'POST', `/persons/${one.subject.id}/badges`, {
      badge: 'lent-told',
      dueBack: dayIn(3),
    });
    expect(await read('safety.head', one.id)).toMatchObject({
      dueOn: dayIn(3),
      movedFrom: dayIn(0),
    });
    const done = await complete('safety.head', await read('safety.head', one.id));
    expect(done.body).toMatchObject({ state: 'done', doneOn: dayIn(0) });
    const person = await send<{ badges: { badge: string }[] }>(
      'safety.head',
      'GET',
      `/persons/${one.subject.id}`,
    );
    expect(person.body.badges.map(({ badge }) => badge)).not.toContain('lent-told');
  });
});

describe('a case', () => {
  it('is recorded as done in the record of its module, which opens the next period', async () => {
    const one = await device(8);
    expect((await complete('safety', one)).status).toBe(403);
    const early = await complete('maintainer', one, { on: dayIn(-200) });
    expect([early.status, early.body.code]).toEqual([422, 'obligation.day']);
    expect((await complete('maintainer', one, { on: dayIn(1) })).status).toBe(422);
    const done = await complete('maintainer', one, { on: dayIn(-1) });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      state: 'done',
      doneOn: dayIn(-1),
      ended: { note: 'Lens cleaned, seals checked' },
      periods: [
        { state: 'planned', dueOn: dayIn(179) },
        { id: one.id, state: 'done' },
      ],
    });
    const file = await send<{ maintainedOn: string; maintenanceDue: string }>(
      'maintainer',
      'GET',
      `/device-files/${one.subject.id}`,
    );
    expect(file.body).toMatchObject({ maintainedOn: dayIn(-1), maintenanceDue: dayIn(179) });
    const again = await complete('maintainer', done.body);
    expect([again.status, again.body.code]).toEqual([409, 'obligation.ended']);
  });

  it('is postponed with a reason by those who may, within its terms, and its register shows so', async () => {
    const one = await device(3);
    expect((await postpone('maintainer', one, dayIn(20))).status).toBe(403);
    for (const day of [dayIn(3), dayIn(64)]) {
      const refused = await postpone('safety.head', one, day);
      expect([refused.status, refused.body.code]).toEqual([422, 'obligation.day']);
    }
    const later = await postpone('safety.head', one, dayIn(20));
    expect(later.body).toMatchObject({
      dueOn: dayIn(20),
      plannedOn: dayIn(3),
      postponed: true,
      postponement: { reason: 'The hall is closed until then' },
    });
    const stale = await postpone('safety.head', one, dayIn(25));
    expect([stale.status, stale.body.code]).toEqual([409, 'obligation.version-conflict']);
    expect(stale.body.current.dueOn).toBe(dayIn(20));
    const file = await send<{ maintenanceDue: string }>(
      'maintainer',
      'GET',
      `/device-files/${one.subject.id}`,
    );
    expect(file.body.maintenanceDue).toBe(dayIn(20));
    await look(new Date(Date.now() + 5 * 86_400_000));
    const titles = (await noticesOf(one.id)).map(({ title }) => title.en);
    expect(titles.filter((title) => title.includes('overdue'))).toEqual([]);
    // A change of the schedule ends the postponement.
    const { version } = (
      await send<{ version: number }>('maintainer', 'GET', `/device-files/${one.subject.id}`)
    ).body;
    await send('maintainer', 'PATCH', `/device-files/${one.subject.id}`, {
      version,
      maintenanceDays: 200,
    });
    expect(await read('safety', one.id)).toMatchObject({ dueOn: dayIn(23), postponed: false });
  });

  it('that stands in a document is neither postponed nor recorded here', async () => {
    const [one] = await casesOf('safety.head', 'kind=supplier-certificate');
    const refused = await postpone('safety.head', one!, dayIn(500));
    expect([refused.status, refused.body.code]).toEqual([422, 'obligation.fixed']);
    const elsewhere = await complete('safety.head', one!);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([409, 'obligation.elsewhere']);
    expect(elsewhere.body.link).toBe(`/suppliers/${one!.subject.id}`);
  });

  it('of a module that is off is neither shown nor told', async () => {
    const one = await device(2);
    const turn = (on: boolean) =>
      send('admin', 'PUT', '/features/device-files', { on, reason: 'a test' });
    expect((await turn(false)).status).toBe(200);
    await until(
      async () => (await send('safety', 'GET', `/obligations/${one.id}`)).status === 404,
      'it is hidden',
    );
    expect((await turn(true)).status).toBe(200);
    await until(
      async () => (await send('safety', 'GET', `/obligations/${one.id}`)).status === 200,
      'it is back',
    );
  });
});
