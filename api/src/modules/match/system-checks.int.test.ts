import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { matchActs } from '../../testing/match.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import type { CheckAnswer } from './schema.ts';

/** An MES with its credential, and another company on the same database. */
let site: Site;
let api: RunningApi;
let foreign: RunningApi;
let database: Database;
let mes: TestDevice;
const acts = matchActs({
  get api() {
    return api;
  },
  get other() {
    return foreign;
  },
  get database() {
    return database;
  },
});
/** Of the other company, and of no one here. */
const FOREIGN_NO = 'X777';

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase(['elsewhere']);
  api = await startApi(site, appUrl);
  foreign = await startApi(site, appUrl, {
    tenant: 'elsewhere',
    dataDir: `${site.folder}/elsewhere`,
  });
  database = openDatabase(appUrl);
  await acts.makeAccounts();
  mes = await makeDevice(api, 'mes', 'mes-1');
  await database.transaction({ tenant: 'elsewhere', user: null }, async (tx) => {
    await tx.person.updateMany({ where: { employeeNo: 'E007' }, data: { employeeNo: FOREIGN_NO } });
  });
});
afterAll(async () => {
  await database?.close();
  await foreign?.stop();
  await api?.stop();
  await site?.stop();
});

type Answered = CheckAnswer & { code?: string; detail?: string };
async function send(method: string, path: string, body?: object, device = mes) {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...device.headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : null,
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Answered };
}
const check = (people: readonly string[], more: object = { machine: 'welder-1' }, device = mes) =>
  send('POST', '/match/check', { people, ...more }, device);
const kept = () =>
  database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.matchDecision.findMany({ where: { askedBySystem: { not: null } }, orderBy: { id: 'asc' } }),
  );

describe('an outside system that asks who may do a work', () => {
  it('[INT-15] is told it of named people as a machine is, and each decision is kept with its name', async () => {
    const { status, body } = await check(['E007', 'E005', 'E007']);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.items.map(({ employeeNo, decision }) => [employeeNo, decision])).toEqual([
      ['E007', 'allow'],
      ['E005', 'deny'],
    ]);
    expect(body.items[1]).toMatchObject({ final: true, reasons: [{ code: 'not-qualified' }] });
    const rows = await kept();
    expect(rows.map(({ id, askedBySystem, askedBy }) => [id, askedBySystem, askedBy])).toEqual(
      body.items.map(({ decisionId }) => [decisionId, 'mes-1', null]),
    );
    // No name, no department, no record.
    expect(Object.keys(body.items[1] as object).sort()).toEqual(
      ['decision', 'decisionId', 'employeeNo', 'final', 'reasons'].sort(),
    );
    const area = await check(['E007'], {
      area: 'robot-cell',
      at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    });
    expect(area.status).toBe(200);
    // Its staff look the decision up.
    const shown = await acts.replayed(body.items[1]?.decisionId ?? null);
    expect(shown.replay.equal).toBe(true);
  });

  it('is not told a missing medical check, an unfit person and a missing certificate apart', async () => {
    const [unchecked, unfit, untrained] = [
      await acts.hired(),
      await acts.hired(),
      await acts.hired(),
    ];
    for (const person of [unchecked, unfit]) await acts.added(person, acts.current);
    for (const [person, result] of [
      [unfit, 'unfit'],
      [untrained, 'fit'],
    ] as const) {
      const body = { ...acts.fit, result };
      const { status } = await acts.send(
        'doctor',
        'POST',
        `/persons/${person.id}/qualifications`,
        body,
      );
      expect(status).toBe(201);
    }
    const numbers = [unchecked, unfit, untrained].map(({ employeeNo }) => employeeNo);
    const { body } = await check(numbers);
    const told = body.items.map(({ decision, final, reasons }) => ({ decision, final, reasons }));
    expect(told[0]).toMatchObject({ decision: 'deny', final: true });
    expect(told[0]?.reasons.map(({ code }) => code)).toEqual(['not-qualified']);
    expect(told).toEqual([told[0], told[0], told[0]]);
  });

  it('asks for nothing else: no list, no file, no free question, no other service', async () => {
    const [decision] = await kept();
    for (const [method, path, body] of [
      ['GET', '/persons'],
      ['GET', '/match/places'],
      ['GET', '/match/misfits'],
      ['GET', `/match/decisions/${decision?.id}`],
      ['GET', `/match/persons/${decision?.personId}`],
      ['GET', '/qualifications'],
      ['GET', '/devices'],
      ['POST', '/match', { machine: 'welder-1' }],
      ['POST', '/gates/area-entry', { point: 'mes-1', area: 'robot-cell', card: 'badge-w1' }],
      ['PUT', '/ingest/persons/HR-1', {}],
    ] as const) {
      const answer = await send(method, path, body);
      expect([path, answer.status]).toEqual([
        path,
        expect.toSatisfy((n) => n === 401 || n === 403),
      ]);
    }
    const before = (await kept()).length;
    for (const [body, status] of [
      [{ machine: 'welder-1' }, 400],
      [{ people: [], machine: 'welder-1' }, 400],
      [{ people: ['E007'], job: { certificates: [] } }, 400],
      [{ people: ['E007'], machine: 'welder-1', limit: 200 }, 400],
      [{ people: ['E007'] }, 422],
      [{ people: ['E007'], machine: 'welder-1', area: 'robot-cell' }, 422],
      [{ people: ['E007'], machine: 'no-such-machine' }, 404],
      [{ people: ['E007'], machine: 'welder-1', at: '2020-01-01T00:00:00Z' }, 422],
      [{ people: ['E007'], machine: 'welder-1', at: '2099-01-01T00:00:00Z' }, 422],
    ] as const) {
      const answer = await send('POST', '/match/check', body);
      expect([body, answer.status]).toEqual([body, status]);
    }
    expect((await kept()).length).toBe(before);
  });

  it('is told in its row of a number that no person has, and the others are decided and kept', async () => {
    const before = (await kept()).length;
    const { status, body } = await check(['E007', 'X778', 'E005']);
    expect(status).toBe(200);
    expect(body.items.map(({ decision }) => decision)).toEqual(['allow', 'hold', 'deny']);
    expect(body.items[1]).toEqual({
      employeeNo: 'X778',
      decision: 'hold',
      final: false,
      reasons: [{ code: 'person-unknown', text: expect.anything() }],
      decisionId: null,
    });
    const rows = (await kept()).slice(before);
    expect(rows.map(({ id }) => id)).toEqual([
      body.items[0]?.decisionId,
      body.items[2]?.decisionId,
    ]);
  });

  it('[SEC-11] knows no person of another company, nor does the system of that company one of this', async () => {
    const before = (await kept()).length;
    const { body } = await check(['X778', FOREIGN_NO]);
    const [unknown, theirs] = body.items.map(({ employeeNo: _, ...rest }) => rest);
    expect(theirs).toEqual(unknown);
    expect((await kept()).length).toBe(before);
    const other = await makeDevice(foreign, 'mes', 'mes-1');
    expect((await check(['E007'], undefined, other)).status).toBe(401);
  });

  it('[SEC-11] is refused with the credential of another kind, and at once after its revocation', async () => {
    const gate = await makeDevice(api, 'gate', 'not-a-system');
    expect((await check(['E007'], undefined, gate)).status).toBe(403);
    const short = await makeDevice(api, 'mes', 'mes-short');
    expect((await check(['E007'], undefined, short)).status).toBe(200);
    const admin = await api.signIn('admin');
    await api.post(`/api/v1/devices/${short.id}/revocation`, { reason: 'over' }, admin);
    const refused = await check(['E007'], undefined, short);
    expect([refused.status, refused.body.code]).toEqual([401, 'device.refused']);
    expect([short.busTopics, short.busReads]).toEqual([[], []]);
  });

  it('asks about so many people a minute, known or not, and another system is not held up', async () => {
    const eager = await makeDevice(api, 'mes', 'mes-eager');
    const numbers = (round: number) => Array.from({ length: 50 }, (_, n) => `N${round}-${n}`);
    for (let round = 0; round < 12; round++) {
      expect((await check(numbers(round), undefined, eager)).status).toBe(200);
    }
    const refused = await check(['E007'], undefined, eager);
    expect([refused.status, refused.body.code]).toEqual([429, 'match.too-many']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await check(['E007'])).status).toBe(200);
  });

  it('is answered 404 while the module is off', async () => {
    const admin = await api.signIn('admin');
    /** With the modules that need it. */
    async function switchOff(feature: string): Promise<void> {
      const put = () =>
        fetch(`${api.url}/api/v1/features/${feature}`, {
          method: 'PUT',
          headers: { ...admin, 'content-type': 'application/json' },
          body: JSON.stringify({ on: false }),
        });
      const answer = await put();
      if (answer.status === 409) {
        const { neededBy } = (await answer.json()) as { neededBy: string[] };
        for (const one of neededBy) await switchOff(one);
        expect((await put()).status).toBe(200);
      } else expect(answer.status).toBe(200);
    }
    await switchOff('qualifications');
    expect((await check(['E007'])).status).toBe(404);
  });
});
