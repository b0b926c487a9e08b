import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { confirmedAs, handleOn } from '../../testing/named-people.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { makeUser } from '../../testing/users.ts';
import type { Entry } from '../safety-file/schema.ts';
import type { TrainingList, TrainingView } from '../training/schema.ts';
import type { Violation } from '../violations/schema.ts';
import type { MatchAnswer } from './schema.ts';

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;

beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  const reads = ['match:read@all', 'violation:read@department'] as const;
  await makeUser(database, 'assembly-lead', [...reads], { employeeNo: 'E012' });
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const send = <Body>(
  user: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: object,
) => world.api.send<Body & { code?: string }>(user, method, path, body);
const inTenant = <Result>(work: Parameters<typeof database.transaction<Result>>[1]) =>
  database.transaction({ tenant: 'demo', user: null }, work);
/** A violation of a person of the demonstration that a reviewer confirmed. */
async function confirmed(
  employeeNo: string,
  area: string | null = null,
): Promise<{ person: string; finding: string }> {
  const start = world.hour();
  const { handle, person } = await handleOn(database, employeeNo, start);
  const seen = { identity: confirmedAs(handle), at: [3, 3] as [number, number], floor: [3, 3] };
  const finding = await world.see(world.west, start, 'a', seen as never);
  // The cameras of these tests stand in no area.
  await inTenant((tx) =>
    tx.violation.updateMany({ where: { id: finding.id }, data: { areaId: area } }),
  );
  const { id, version } = await world.incidentOf(finding.id);
  const verdict = { version, decision: 'confirm' };
  const { status, body } = await send('safety', 'POST', `/incidents/${id}/verdict`, verdict);
  expect(status, JSON.stringify(body)).toBe(200);
  return { person, finding: finding.id };
}

describe('violations in the list of candidates', () => {
  it('are counted and ordered by for those whose right to violations reaches the person', async () => {
    const { person: assembler } = await confirmed('E011');
    const { person: presser } = await confirmed('E006');
    // It asks for nothing, so that violations and ids alone order those who may.
    const asked = async (user: string) => {
      const { status, body } = await send<MatchAnswer>(user, 'POST', '/match', {
        machine: 'conveyor-1',
      });
      expect(status, JSON.stringify(body)).toBe(200);
      return body.items
        .filter(({ decision }) => decision === 'allow')
        .map(({ person, violations }) => ({ id: person.id, violations }));
    };
    const all = await asked('safety');
    expect(new Set(all.slice(-2).map(({ id }) => id))).toEqual(new Set([assembler, presser]));
    expect(all.slice(-2).map(({ violations }) => violations)).toEqual([1, 1]);
    expect(all[0]?.violations).toBe(0);

    const none = await asked('auditor');
    expect(new Set(none.map(({ violations }) => violations))).toEqual(new Set([null]));
    const ids = none.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());

    // Of the own department alone.
    const own = await asked('assembly-lead');
    const of = (id: string) => own.find((one) => one.id === id)?.violations;
    expect([of(assembler), of(presser)]).toEqual([1, null]);
    expect(own.at(-1)?.id).toBe(assembler);
  });
});

describe('violations in a trade', () => {
  const welder = { machine: 'welder-1' };
  const reasonsAt = async (person: string, user = 'safety') => {
    const asked = { people: [person], ...welder };
    const { status, body } = await send<MatchAnswer>(user, 'POST', '/match', asked);
    expect(status, JSON.stringify(body)).toBe(200);
    return body.items[0]!.reasons.map(({ code }) => code);
  };
  const tradeOf = async (finding: string) =>
    (await send<Violation>('safety', 'GET', `/violations/${finding}`)).body;

  it('[PER-03] fail the review of the certificate after two, derived from the place or chosen by the reviewer', async () => {
    // Welding is what the machines of the area ask for.
    const first = await confirmed('E007', 'assembly-area');
    const { person } = first;
    expect((await tradeOf(first.finding)).trade).toMatchObject({ id: 'welding', chosen: false });
    expect(await reasonsAt(person)).toEqual([]);
    // The second place has no requirement: the trade is not derived, and the reviewer chooses it.
    const second = await confirmed('E007');
    const { trade, version } = await tradeOf(second.finding);
    expect(trade).toBeNull();
    expect(await reasonsAt(person)).toEqual([]);
    const path = `/violations/${second.finding}/trade`;
    const wrong = { trade: 'wizardry', version };
    expect((await send('safety', 'PUT', path, wrong)).body.code).toBe('violation.trade-unknown');
    expect((await send('auditor', 'PUT', path, { trade: 'welding', version })).status).toBe(403);
    const chosen = await send<Violation>('safety', 'PUT', path, { trade: 'welding', version });
    expect(chosen.status, JSON.stringify(chosen.body)).toBe(200);
    expect(chosen.body.trade).toMatchObject({ id: 'welding', chosen: true });
    expect(await reasonsAt(person)).toEqual(['review-fails']);
    // Without the right to violations it is a hold without a reason; the person reads it.
    expect(await reasonsAt(person, 'auditor')).toEqual(['ask-supervisor']);
    const entries = await send<{ items: Entry[] }>(
      'safety',
      'GET',
      `/persons/${person}/safety-file`,
    );
    expect(entries.body.items.map((one) => one.trade?.id)).toEqual(['welding', 'welding']);
    expect((await send('safety', 'PUT', path, { trade: null, version })).status).toBe(409);
    const none = { trade: null, version: chosen.body.version };
    expect((await send('safety', 'PUT', path, none)).status).toBe(200);
    expect(await reasonsAt(person)).toEqual([]);
    const again = { trade: 'welding', version: chosen.body.version + 1 };
    expect((await send('safety', 'PUT', path, again)).status).toBe(200);
    expect(await reasonsAt(person)).toEqual(['review-fails']);
    const lines = await inTenant((tx) =>
      tx.auditLog.findMany({ where: { entityId: second.finding, action: 'update' } }),
    );
    expect(lines.map(({ after }) => after)).toEqual([
      { trade: 'welding' },
      { trade: null },
      { trade: 'welding' },
    ]);
  });

  it('derive the trade from the work that the person did there, and keep what a reviewer chose', async () => {
    const start = new Date(world.hour());
    await inTenant(async (tx) => {
      const { id: personId } = await tx.person.findFirstOrThrow({ where: { employeeNo: 'E012' } });
      const ids = { tenantId: 'demo', id: newId(), decisionId: newId(), pointId: newId() };
      const until = new Date(start.getTime() + 4 * 3_600_000);
      await tx.gateSession.create({
        data: { ...ids, machine: 'welder-1', personId, from: start, until, checkAt: until },
      });
    });
    const { finding } = await confirmed('E012');
    expect((await tradeOf(finding)).trade).toMatchObject({ id: 'welding', chosen: false });
    const { version } = await tradeOf(finding);
    await send('safety', 'PUT', `/violations/${finding}/trade`, { trade: 'height', version });
    const verdict = async (decision: string) => {
      const incident = await world.incidentOf(finding);
      const body = { decision, version: incident.version };
      return (await send('safety', 'POST', `/incidents/${incident.id}/verdict`, body)).status;
    };
    expect([await verdict('reopen'), await verdict('confirm')]).toEqual([200, 200]);
    expect((await tradeOf(finding)).trade).toMatchObject({ id: 'height', chosen: true });
  });
});

describe('retraining after a violation', () => {
  it('[VIS-12] [TRN-18] is due from a confirmed violation, is an obligation, and ends with the pass or with the violation', async () => {
    const { person, finding } = await confirmed('E008');
    const file = await send<{ items: Entry[] }>('safety', 'GET', `/persons/${person}/safety-file`);
    const entry = file.body.items.find(({ violation }) => violation === finding);
    const path = `/safety-entries/${entry?.id}/retraining`;
    const course = 'protective-equipment';
    const body = { course, until: dayIn(10) };
    expect((await send('auditor', 'POST', path, body)).status).toBe(403);
    const early = await send('safety', 'POST', path, { course, until: dayIn(-2) });
    expect(early.body.code).toBe('training.fields');
    const due = await send<TrainingView>('safety', 'POST', path, body);
    expect(due.status, JSON.stringify(due.body)).toBe(201);
    expect(due.body).toMatchObject({ state: 'due', entryId: entry?.id, until: dayIn(10) });
    const twice = await send<TrainingView>('safety', 'POST', path, body);
    expect(twice.body.code).toBe('training.fields');
    // Once overdue it holds the use of machines, until it is passed or the company gives days of grace.
    const atMachine = async () => {
      const asked = { people: [person], machine: 'conveyor-1' };
      const { body: answer } = await send<MatchAnswer>('safety', 'POST', '/match', asked);
      return [
        answer.items[0]?.decision,
        ...(answer.items[0]?.reasons ?? []).map((one) => one.code),
      ];
    };
    const dueOn = (on: string) =>
      inTenant((tx) =>
        tx.trainingRecord.updateMany({
          where: { id: due.body.id },
          data: { heldOn: dayDate(dayIn(-9)), until: dayDate(on) },
        }),
      );
    expect(await atMachine()).toEqual(['allow']);
    await dueOn(dayIn(-1));
    expect(await atMachine()).toEqual(['hold', 'retraining-overdue']);
    const grace = { from: dayIn(0), until: null, amount: 3, reason: 'Courses are held weekly' };
    const rule = '/rules/retraining-machines-after/overrides';
    const set = await send('safety.head', 'POST', rule, grace);
    expect(set.status, JSON.stringify(set.body)).toBe(201);
    expect(await atMachine()).toEqual(['allow']);
    await dueOn(dayIn(-4));
    expect(await atMachine()).toEqual(['hold', 'retraining-overdue']);
    // A retraining that is due cannot be corrected.
    const corrected = await send('safety', 'PATCH', `/trainings/${due.body.id}`, {
      version: 1,
      result: 'passed',
    });
    expect(corrected.body.code).toBe('training.closed');
    const caseOf = () =>
      inTenant((tx) =>
        tx.obligationCase.findFirst({
          where: { obligation: { kind: 'retraining', source: due.body.id } },
        }),
      );
    expect(await caseOf()).toMatchObject({ endedAt: null });
    const taken = (result: string) =>
      send('safety', 'POST', `/persons/${person}/trainings`, {
        course,
        result,
        heldOn: dayIn(0),
        source: 'Training centre',
      });
    const stateOf = async (record: string) =>
      (await send<TrainingList>('safety', 'GET', `/persons/${person}/trainings`)).body.items.find(
        (one) => one.id === record,
      )?.state;
    expect((await taken('failed')).status).toBe(201);
    expect(await stateOf(due.body.id)).toBe('overdue');
    expect((await taken('passed')).status).toBe(201);
    expect(await stateOf(due.body.id)).toBe('done');
    expect(await atMachine()).toEqual(['allow']);
    const again = await send<TrainingView>('safety', 'POST', path, {
      ...body,
      course: 'post-rules',
    });
    expect(again.status).toBe(201);
    const { id, version } = await world.incidentOf(finding);
    await send('safety', 'POST', `/incidents/${id}/verdict`, { version, decision: 'reopen' });
    // The retraining ends with the violation.
    await expect.poll(() => stateOf(again.body.id), { timeout: 15_000 }).toBe('withdrawn');
    expect((await send('safety', 'POST', path, body)).body.code).toBe('training.entry');
    expect(await caseOf()).toMatchObject({ outcome: 'done', endedAt: expect.any(Date) });
  });
});
