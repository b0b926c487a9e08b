import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import type { ObligationView } from '../../platform/obligations/schema.ts';
import { obligationActs } from '../../testing/obligations.ts';
import { ownActs, type Refusal } from '../../testing/own-obligations.ts';
import { qualificationActs } from '../../testing/qualifications.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { PermitView } from '../permits/schema.ts';
import type { OwnView } from './schema.ts';

const used = useApi();
const { look, casesOf, noticesOf } = obligationActs(used);
const { send, input, add, change, own, cases, days, open, complete, userOf, noon, ran, inTenant } =
  ownActs(used);
const { hired, makeAccounts } = qualificationActs(used);

let worker: { user: string; person: string };
beforeAll(async () => {
  const row = await userOf('worker.press');
  worker = { user: row.id, person: row.personId ?? '' };
});

describe('own obligations', () => {
  it('are there on the first day: the fire extinguishers and the press', async () => {
    // The rows of the demonstration are compared when the API starts.
    const all = () => casesOf('safety.head', 'kind=own-obligation');
    await until(async () => (await all()).length >= 2, 'the demonstration is compared');
    const found = await all();
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
      [{ responsiblePerson: worker.person, responsibleRole: 'worker' }, 'responsibleRole'],
      [{ responsibleRole: 'no-such' }, 'responsibleRole'],
      [{ dueBy: 'done', rule: 'no-such' }, 'rule'],
      [{ dueBy: 'condition' }, 'condition'],
      [{ condition: 'permit' }, 'condition'],
      [{ dueBy: 'condition', condition: 'exposed-post' }, 'subjectKind'],
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
    const of = async (n: number) =>
      (await send<ObligationView>('safety.head', 'GET', `/obligations/${opened[n]?.id}`)).body;
    const done = async (n: number) => {
      const { id, version } = await of(n);
      const body = { version, on: dayIn(0), note: 'Looked at all of them' };
      return send<Refusal>('safety.head', 'POST', `/obligations/${id}/completion`, body);
    };
    // What is done ends the oldest, whichever page is open.
    expect((await done(1)).body.code).toBe('obligation.earlier-first');
    expect((await done(0)).status).toBe(200);
    expect((await of(0)).state).toBe('done');
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
      responsiblePerson: worker.person,
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
    await ran(machine, worker.person, 9);
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
    const moved = await change(await own(press), { startHours: 0 });
    expect(moved.body.errors.map(({ field }) => field)).toEqual(['startsOn']);
    // It did not run since: there is nothing that could be done again.
    expect((await complete(press, 'maintainer')).body).toMatchObject({
      code: 'own-obligation.invalid',
    });
  });

  const step = async (of: PermitView, transition: string, by = 'maintainer', fields = {}) => {
    const path = `/permits/${of.id}/actions`;
    const { status, body } = await send<PermitView>(by, 'POST', path, {
      transition,
      version: of.version,
      fields,
    });
    expect([transition, status]).toEqual([transition, 200]);
    return body;
  };
  async function approvedPermit(areaId: string): Promise<PermitView> {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const { body } = await send<PermitView>('maintainer', 'POST', '/permits', {
      kind: 'hot-work',
      title: 'Weld the guard rail',
      areaId,
      description: 'Welding; extinguisher and a guard beside it.',
      people: [],
      fromAt: at(-1),
      toAt: at(2),
    });
    return step(await step(body, 'apply'), 'approve', 'safety');
  }

  const areaOf = async (id: string) => {
    const name = { zh: id, en: id };
    await send('admin', 'PUT', `/areas/${id}`, { site: 'plant-1', name, kind: 'workshop' });
    return id;
  };

  it('by condition: planned until it holds, due then, closed where it is over, and due again for the next', async () => {
    const areaId = await areaOf('weld-shop');
    const posted = await add({
      subjectKind: 'area',
      subjectId: areaId,
      dueBy: 'condition',
      condition: 'permit',
      startsOn: dayIn(-1),
      responsibleRole: 'maintainer',
    });
    expect(await open(posted)).toMatchObject({ state: 'planned', dueOn: null, dueBy: 'condition' });
    const nothing = await complete(posted, 'maintainer');
    expect(nothing.body.errors.map(({ field }) => field)).toEqual(['on']);
    const [first, second] = [await approvedPermit(areaId), await approvedPermit(areaId)];
    await step(await approvedPermit(await areaOf('paint-shop')), 'begin');
    const begun = await step(first, 'begin');
    const inState = (state: string) =>
      until(async () => (await open(posted)).state === state, `it is ${state}`);
    await inState('due');
    expect(await open(posted)).toMatchObject({ dueOn: dayIn(0) });
    await step(begun, 'close', 'maintainer', { cleared: 'Everybody is out' });
    await inState('planned');
    expect((await cases(posted)).map(({ outcome }) => outcome)).toEqual(['closed', null]);
    await step(second, 'begin');
    await inState('due');
    await look();
    const maintainer = await userOf('maintainer');
    const [told] = await noticesOf((await open(posted)).id);
    expect(told?.recipients).toEqual([{ userId: maintainer.id }]);
    expect((await complete(posted, 'maintainer')).body).toMatchObject({ state: 'done' });
    // It holds still, and nothing began since.
    expect(await open(posted)).toMatchObject({ state: 'planned', dueOn: null });
  });

  it('by the condition of a serious hazard in the area, or of a post with exposure, within a time', async () => {
    await makeAccounts();
    await makeUser(used.database, 'poster', ['post:read@all', 'post:manage@all']);
    const { body: post } = await send<{ id: string }>('poster', 'POST', '/posts', {
      code: 'OWN-1',
      name: 'Grinder of own',
      departmentId: 'press-shop',
      kind: 'operator',
      exposures: [{ substance: '噪声', route: 'inhalation' }],
    });
    const person = await hired({ postId: post.id });
    const byPost = await add({
      subjectKind: 'person',
      subjectId: person.id,
      dueBy: 'condition',
      condition: 'exposed-post',
      startsOn: dayIn(-1),
      every: { n: 3, unit: 'days' },
    });
    expect(await open(byPost)).toMatchObject({ state: 'upcoming', dueOn: dayIn(3) });
    const hazard = (level: string, areaId: string, reportedAt = new Date()) =>
      inTenant((tx) =>
        tx.hazard.create({
          data: {
            tenantId: 'demo',
            id: newId(),
            no: newId(),
            title: 'Cracked guard',
            type: 'other',
            description: '',
            level,
            suggestedLevel: level,
            source: 'desk',
            site: 'plant-1',
            areaId,
            foundAt: new Date(),
            reportedAt,
            late: false,
            version: 1,
            reporterId: newId(),
            reporterName: {},
            caseId: newId(),
            flowVersion: 1,
            state: 'rectifying',
            assignees: [],
          },
        }),
      );
    const general = await hazard('general', 'own-major');
    await hazard('general', 'own-general');
    const major = await hazard('major', 'own-major', new Date(Date.now() - 86_400_000));
    const later = await hazard('major', 'own-major');
    const added: Record<string, OwnView> = {};
    for (const [areaId, state] of [
      ['own-general', 'planned'],
      ['own-major', 'overdue'],
    ] as const) {
      const one = await add({
        subjectKind: 'area',
        subjectId: await areaOf(areaId),
        dueBy: 'condition',
        condition: 'major-hazard',
        startsOn: dayIn(-1),
        responsibleRole: 'maintainer',
      });
      added[areaId] = one;
      expect([areaId, (await open(one)).state]).toEqual([areaId, state]);
    }
    const one = added['own-major'] as OwnView;
    // Done yesterday: what began today is not settled by it.
    const yesterday = await complete(one, 'maintainer', { on: dayIn(-1) });
    expect(yesterday.body).toMatchObject({ state: 'done' });
    expect(await open(one)).toMatchObject({ state: 'due', dueOn: dayIn(0) });
    // What was reported before the completion and is serious only now was not settled by it.
    expect((await complete(one, 'maintainer')).body).toMatchObject({ state: 'done' });
    expect(await open(one)).toMatchObject({ state: 'planned' });
    await inTenant((tx) =>
      tx.hazard.update({
        where: { tenantId_id: { tenantId: 'demo', id: general.id } },
        data: { level: 'major' },
      }),
    );
    await change(await own(one), { leadDays: 1 });
    expect(await open(one)).toMatchObject({ state: 'due' });
    expect((await complete(one, 'maintainer')).body).toMatchObject({ state: 'done' });
    expect(await open(one)).toMatchObject({ state: 'planned' });
    const settled = await inTenant((tx) =>
      tx.ownObligationRecord.findMany({ where: { ownId: one.id }, orderBy: { id: 'asc' } }),
    );
    expect(settled.map(({ settled: [key, ...more] }) => [key?.split(' ')[0], more])).toEqual([
      [major.id, []],
      [later.id, []],
      [general.id, []],
    ]);
  });
});
