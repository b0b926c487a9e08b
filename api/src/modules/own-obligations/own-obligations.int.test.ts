import { beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { ObligationView } from '../../platform/obligations/schema.ts';
import { drawPicture } from '../../testing/media.ts';
import { obligationActs } from '../../testing/obligations.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { uploadFile } from '../../testing/tus.ts';
import { useApi } from '../../testing/use-api.ts';
import type { OwnView } from './schema.ts';

const used = useApi();
const { look, casesOf, noticesOf } = obligationActs(used);
const HOUR_MS = 3_600_000;

interface Refusal {
  code: string;
  errors: { field: string }[];
  current: { version: number };
}
const send = <Body = OwnView & Refusal>(
  user: string,
  method: string,
  path: string,
  body?: object,
) => used.api.send<Body>(user, method, path, body);
const inTenant = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
  used.database.transaction({ tenant: 'demo', user: null }, work);

let count = 0;
const input = (more: object = {}) => ({
  title: { zh: '', en: `Own ${++count}` },
  subjectKind: 'plant',
  dueBy: 'once',
  startsOn: dayIn(3),
  ...more,
});
async function add(more: object = {}, user = 'safety.head'): Promise<OwnView> {
  const { status, body } = await send(user, 'POST', '/own-obligations', input(more));
  expect([status, body]).toMatchObject([201, {}]);
  return body;
}
const change = (of: OwnView, patch: object, user = 'safety.head') =>
  send(user, 'PATCH', `/own-obligations/${of.id}`, { version: of.version, ...patch });
const own = async (of: { id: string }, user = 'safety.head') =>
  (await send(user, 'GET', `/own-obligations/${of.id}`)).body;
/** Its cases, oldest first. */
const cases = (of: { id: string }) =>
  inTenant((tx) =>
    tx.obligationCase.findMany({
      where: { obligation: { source: of.id } },
      orderBy: { period: 'asc' },
      include: { steps: true },
    }),
  );
const days = async (of: { id: string }) =>
  (await cases(of)).map(({ dueOn }) => dueOn?.toISOString().slice(0, 10) ?? null);
/** The case that waits. */
async function open(of: { id: string }, user = 'safety.head'): Promise<ObligationView> {
  const waiting = (await cases(of)).find(({ endedAt }) => endedAt === null);
  return (await send<ObligationView>(user, 'GET', `/obligations/${waiting?.id}`)).body;
}
async function complete(of: { id: string }, user: string, more: object = {}) {
  const { id, version } = await open(of);
  const body = { version, on: dayIn(0), note: 'Looked at all of them', ...more };
  return send<ObligationView & Refusal>(user, 'POST', `/obligations/${id}/completion`, body);
}
const userOf = (username: string) =>
  inTenant((tx) => tx.appUser.findFirstOrThrow({ where: { username } }));
const decide = (of: OwnView, user: string, record: string, more: object) =>
  send(user, 'POST', `/own-obligations/${of.id}/decision`, { record, ...more });
/** Days of the calendar of 2028 and later are looked at: the job runs as at an instant. */
const noon = (day: string) => new Date(`${day}T04:00:00Z`);

let worker: { user: string; person: string };
beforeAll(async () => {
  const row = await userOf('worker.press');
  worker = { user: row.id, person: row.personId ?? '' };
  // The rows of the demonstration are compared when the API starts.
  await until(
    async () => (await casesOf('safety.head', 'kind=own-obligation')).length >= 2,
    'the demonstration is compared',
  );
});

describe('own obligations', () => {
  it('are there on the first day: the fire extinguishers and the press', async () => {
    const found = await casesOf('safety.head', 'kind=own-obligation');
    const [fire, press] = [
      'Monthly check of the fire extinguishers',
      'Lubrication of the press',
    ].map((title) => found.find(({ detail }) => detail?.en === title));
    expect(fire).toMatchObject({ interval: '1 months', subject: { kind: 'plant' } });
    expect(fire?.dueOn?.slice(8)).toBe('01');
    expect(press).toMatchObject({ dueOn: null, state: 'upcoming', subject: { kind: 'machine' } });
    const { body } = await send<ObligationView>('safety.head', 'GET', `/obligations/${press?.id}`);
    expect(body).toMatchObject({ dueBy: 'meter', meter: { reading: 185, due: 200 } });
  });

  it('refuse what does not fit together, and who may not add one', async () => {
    const wrong: [object, string][] = [
      [{ title: { zh: '', en: '' } }, 'title'],
      [{ subjectKind: 'machine' }, 'subjectId'],
      [{ subjectKind: 'machine', subjectId: 'no-such' }, 'subjectId'],
      [{ dueBy: 'fixed' }, 'every'],
      [{ every: { n: 1, unit: 'months' } }, 'every'],
      [{ dueBy: 'meter', everyHours: 10 }, 'subjectKind'],
      [{ responsibleId: worker.person, responsibleRole: 'worker' }, 'responsibleRole'],
      [{ responsibleRole: 'no-such' }, 'responsibleRole'],
      [{ dueBy: 'done', rule: 'no-such' }, 'rule'],
    ];
    for (const [more, field] of wrong) {
      const { status, body } = await send('safety.head', 'POST', '/own-obligations', input(more));
      expect([field, status, body.errors?.map((one) => one.field)]).toEqual([
        field,
        422,
        expect.arrayContaining([field]),
      ]);
    }
    expect((await send('worker.press', 'POST', '/own-obligations', input())).status).toBe(403);
  });

  it('at a fixed interval fall due on the first day, at the end of each month and on leap day', async () => {
    const monthly = await add({
      dueBy: 'fixed',
      startsOn: '2028-01-31',
      every: { n: 1, unit: 'months' },
      leadDays: 0,
    });
    const yearly = await add({
      dueBy: 'fixed',
      startsOn: '2028-02-29',
      every: { n: 1, unit: 'years' },
      leadDays: 0,
    });
    for (const day of ['2028-01-31', '2028-02-29', '2028-03-31']) await look(noon(day));
    expect(await days(monthly)).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30']);
    await look(noon('2029-02-28'));
    expect(await days(yearly)).toEqual(['2028-02-29', '2029-02-28', '2030-02-28']);
  });

  it('open every period of nine days off, and tell of each once', async () => {
    const daily = await add({
      dueBy: 'fixed',
      startsOn: '2030-02-20',
      every: { n: 1, unit: 'days' },
      leadDays: 0,
    });
    await look(noon('2030-02-20'));
    await look(noon('2030-03-01'));
    await look(noon('2030-03-01'));
    const all = await cases(daily);
    const opened = all.filter(({ openedAt }) => openedAt !== null);
    expect(opened).toHaveLength(10);
    expect(all).toHaveLength(11);
    // The first was told on its day; of the days off each once, the last of its steps.
    expect(await noticesOf(opened[3]?.id ?? '')).toHaveLength(1);
    expect(opened[3]?.steps.map(({ step, outcome }) => `${step} ${outcome}`).sort()).toEqual([
      'due merged',
      'overdue told',
      'upcoming merged',
    ]);
  });

  it('from the last time: one case, which the next follows; a rule of law may say the interval', async () => {
    const yearly = await add({
      dueBy: 'done',
      startsOn: dayIn(-360),
      every: { n: 365, unit: 'days' },
      responsibleId: worker.person,
    });
    expect(await days(yearly)).toEqual([dayIn(5)]);
    // The one who has to see to it sees it and is told alone, before it is overdue.
    const [seen] = await casesOf('worker.press', 'kind=own-obligation');
    expect(seen).toMatchObject({
      detail: yearly.title.en && { en: yearly.title.en },
      mayComplete: true,
    });
    await look();
    expect((await noticesOf(seen?.id ?? '')).map(({ recipients }) => recipients)).toEqual([
      [{ userId: worker.user }],
    ]);
    const done = await complete(yearly, 'worker.press');
    expect([done.status, done.body]).toMatchObject([200, { state: 'done', doneOn: dayIn(0) }]);
    expect(await days(yearly)).toEqual([dayIn(5), dayIn(365)]);
    const { body: rules } = await send<{ items: { id: string; unit?: string }[] }>(
      'safety.head',
      'GET',
      '/rules?limit=200',
    );
    expect(rules.items.map(({ id }) => id)).toContain('equipment-forklift');
    const byRule = await add({ dueBy: 'done', startsOn: '2026-02-28', rule: 'equipment-forklift' });
    expect((await open(byRule)).rule).toBe('equipment-forklift');
    expect((await days(byRule))[0]).toMatch(/-02-28$/);
  });

  it('by running hours: due when the sessions of the machine reach them, and again after it was done', async () => {
    const machine = 'press-2';
    const press = await add({
      subjectKind: 'machine',
      subjectId: machine,
      responsibleRole: 'maintainer',
      dueBy: 'meter',
      startsOn: dayIn(-2),
      everyHours: 12,
      startHours: 5,
      leadHours: 2,
    });
    expect(await open(press)).toMatchObject({
      state: 'planned',
      dueOn: null,
      meter: { reading: 5 },
    });
    await ran(machine, 9);
    const changed = await change(press, { leadHours: 3 });
    expect(changed.body.hours?.now).toBeCloseTo(14, 1);
    expect(await open(press)).toMatchObject({ state: 'due', dueOn: dayIn(0) });
    await look();
    const maintainer = await userOf('maintainer');
    const [told] = await noticesOf((await open(press)).id);
    expect(told?.recipients).toEqual([{ userId: maintainer.id }]);
    expect(told?.title.en).toContain('Own');
    expect((await complete(press, 'maintainer')).body).toMatchObject({ state: 'done' });
    const next = await open(press);
    expect(next).toMatchObject({ state: 'planned', dueOn: null });
    expect(next.meter?.due).toBeCloseTo(26, 1);
    // It did not run since: there is nothing that could be done again.
    expect((await complete(press, 'maintainer')).body).toMatchObject({
      code: 'own-obligation.invalid',
    });
  });

  it('ask for a file and for a second person where it was chosen', async () => {
    const both = await add({
      dueBy: 'fixed',
      startsOn: dayIn(1),
      every: { n: 1, unit: 'weeks' },
      needsFile: true,
      needsSecond: true,
      responsibleId: worker.person,
    });
    expect((await complete(both, 'worker.press')).body.code).toBe('own-obligation.file-needed');
    const photo = async () =>
      uploadFile(used.api, await used.api.signIn('worker.press'), await drawPicture(++count));
    const first = await complete(both, 'worker.press', { fileIds: [await photo()] });
    expect([first.status, first.body]).toMatchObject([200, { state: 'upcoming' }]);
    expect((await complete(both, 'safety.head')).body.code).toBe('own-obligation.file-needed');
    const { waiting } = await own(both);
    expect(waiting).toMatchObject({ note: 'Looked at all of them' });
    const record = waiting?.id ?? '';
    expect((await own(both, 'worker.press')).mayConfirm).toBe(false);
    const self = await decide(both, 'worker.press', record, { accepted: true });
    expect([self.status, self.body.code]).toEqual([403, 'own-obligation.own-record']);
    expect((await decide(both, 'safety.head', record, { accepted: false })).status).toBe(422);
    const refused = await decide(both, 'safety.head', record, {
      accepted: false,
      note: 'Hall 2 is missing',
    });
    expect(refused.body).toMatchObject({ waiting: null });
    expect((await open(both)).state).toBe('upcoming');
    const again = { fileIds: [await photo()], note: 'Also hall 2' };
    expect((await complete(both, 'worker.press', again)).status).toBe(200);
    const second = (await own(both)).waiting?.id ?? '';
    expect((await decide(both, 'safety.head', second, { accepted: true })).status).toBe(200);
    const [ended, next] = await cases(both);
    expect(ended).toMatchObject({ outcome: 'done', note: 'Also hall 2', endedBy: worker.user });
    expect(next?.endedAt).toBeNull();
    const late = await decide(both, 'safety.head', second, { accepted: true });
    expect(late.body.code).toBe('own-obligation.not-waiting');
    const { body } = await send<{ items: { text: { en: string } }[] }>(
      'safety.head',
      'GET',
      `/own-obligations/${both.id}/history`,
    );
    expect(body.items.map(({ text }) => text.en).join('\n')).toContain('Hall 2 is missing');
  });

  it('are changed at their version, and ended with a reason', async () => {
    const late = await add({ startsOn: dayIn(-2) });
    expect((await open(late)).state).toBe('overdue');
    const changed = await change(late, { graceDays: 5, title: { zh: '', en: 'Renamed' } });
    expect(changed.body).toMatchObject({ version: 2, graceDays: 5 });
    expect(await open(late)).toMatchObject({ state: 'due', detail: { zh: 'Renamed' } });
    const conflict = await change(late, { graceDays: 1 });
    expect(conflict.body).toMatchObject({
      code: 'own-obligation.version-conflict',
      current: { version: 2 },
    });
    const { id } = await open(late);
    const end = await send('safety.head', 'POST', `/own-obligations/${late.id}/end`, {
      version: 2,
      reason: 'The extinguishers were replaced',
    });
    expect(end.body).toMatchObject({
      state: 'ended',
      ended: { reason: 'The extinguishers were replaced' },
    });
    const closed = await send<ObligationView>('safety.head', 'GET', `/obligations/${id}`);
    expect(closed.body).toMatchObject({ state: 'closed', ended: { reason: 'not-needed' } });
    expect((await change({ ...late, version: 3 }, { graceDays: 0 })).body.code).toBe(
      'own-obligation.over',
    );
  });

  it('due once end for good, and a head of department keeps to the department', async () => {
    const once = await add();
    expect((await complete(once, 'safety.head')).body.state).toBe('done');
    expect(await own(once)).toMatchObject({ state: 'done', mayManage: false });
    expect(await cases(once)).toHaveLength(1);
    const head = await userOf('head.press');
    const person = await inTenant((tx) =>
      tx.person.findFirstOrThrow({ where: { id: head.personId ?? '' } }),
    );
    const theirs = await add(
      { subjectKind: 'department', subjectId: person.departmentId },
      'head.press',
    );
    expect(theirs.mayManage).toBe(true);
    expect((await send('head.press', 'POST', '/own-obligations', input())).status).toBe(403);
    // What is for the whole plant is seen by those who see all.
    const plant = await add();
    expect((await send('head.press', 'GET', `/own-obligations/${plant.id}`)).status).toBe(404);
  });
});

/** A session of yesterday and today in which the machine ran for so long. */
async function ran(machine: string, hours: number): Promise<void> {
  await inTenant(async (tx) => {
    const point = await tx.gatePoint.findFirstOrThrow({ where: { machineId: machine } });
    const from = new Date(Date.now() - (hours + 1) * HOUR_MS);
    const end = new Date(Date.now() - HOUR_MS / 60);
    const decisionId = newId();
    await tx.gateDecision.create({
      data: {
        tenantId: 'demo',
        id: decisionId,
        pointId: point.id,
        key: `own-${decisionId}`,
        digest: ''.padEnd(64, '0'),
        kind: 'start',
        target: machine,
        personId: worker.person,
        askedAt: from,
        decidedAt: from,
        decision: 'allow',
        final: false,
        codes: [],
        reasons: [],
        validUntil: end,
      },
    });
    await tx.gateSession.create({
      data: {
        tenantId: 'demo',
        id: newId(),
        decisionId,
        pointId: point.id,
        machine,
        personId: worker.person,
        from,
        until: end,
        checkAt: end,
        ranMs: hours * HOUR_MS,
        ranTo: end,
      },
    });
  });
}
