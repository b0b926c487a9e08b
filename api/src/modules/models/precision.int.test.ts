import pino from 'pino';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { putVerdicts, type TestVerdict } from '../../testing/verdicts.ts';
import { startWorker, testFile } from '../../testing/worker.ts';
import { createDropWatch } from './drops.ts';
import type { PrecisionRow } from './schema.ts';

type Answer = { minJudged: number; items: PrecisionRow[]; total: PrecisionRow; drops: unknown[] };
let site: Site;
let api: RunningApi;
let database: Database;
let owner: { authorization: string };
let snapshot: string;

const DAY = 86_400_000;
const start = Date.parse('2026-08-03T02:00:00Z');
const many = (n: number, one: Omit<TestVerdict, 'snapshot' | 'startedAt'>, from = start) =>
  Array.from({ length: n }, (_, i) => ({
    ...one,
    snapshot,
    startedAt: new Date(from + i * 60_000),
  }));

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  database = openDatabase(appUrl);
  await makeUser(database, 'owner', ['model:read@all', 'model:manage@all']);
  owner = await api.signIn('owner');
  const worker = await startWorker(site, api);
  const file = testFile('image/jpeg');
  await worker.put(file);
  await worker.stop();
  snapshot = file.sha256;
  const wrong = { status: 'dismissed', reason: 'false-detection' } as const;
  await putVerdicts(database, [
    ...many(90, { status: 'confirmed', reviewedAfterMinutes: 5 }),
    ...many(10, { ...wrong, reviewedAfterMinutes: 30 }),
    ...many(25, { status: 'pending' }),
    // Eleven weeks later the same version has lower precision.
    ...many(40, { status: 'confirmed', camera: 'gate' }, start + 77 * DAY),
    ...many(50, { ...wrong, camera: 'gate' }, start + 77 * DAY),
    ...many(10, { status: 'dismissed', reason: 'allowed-work', camera: 'gate' }, start + 77 * DAY),
    ...many(5, { status: 'dismissed', reason: 'duplicate', camera: 'gate' }, start + 77 * DAY),
    ...many(19, { rule: 'missing-ppe/vest', status: 'confirmed' }),
  ]);
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const ask = async (query: string): Promise<Answer> => {
  const answer = await api.get(`/api/v1/models/precision${query}`, owner);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as Answer;
};

describe('precision of the rules', () => {
  it('[VIS-10] counts verdicts by rule, with the interval and unreviewed ones', async () => {
    const { items, minJudged } = await ask('?by=rule,camera');
    expect(minJudged).toBe(20);
    const west = items.find(
      (one) => one.rule === 'missing-ppe/helmet' && one.camera === 'hall-west',
    );
    expect(west).toMatchObject({
      recorded: 125,
      judged: 100,
      confirmed: 90,
      dismissed: 10,
      unreviewed: 0.2,
      reasons: { 'false-detection': 10 },
      medianReviewMinutes: 5,
    });
    expect(west?.precision?.value).toBe(0.9);
    expect(west?.precision?.low).toBeCloseTo(0.826, 2);
    expect(west?.precision?.high).toBeCloseTo(0.945, 2);
  });

  it('distinguishes unneeded detections from false ones', async () => {
    const { items } = await ask('?by=camera&rule=missing-ppe/helmet');
    const gate = items.find(({ camera }) => camera === 'gate');
    expect(gate).toMatchObject({ judged: 105, confirmed: 40, dismissed: 65 });
    expect(gate?.precision?.value).toBeCloseTo(40 / 105, 6);
    expect(gate?.detection?.value).toBeCloseTo(50 / 100, 6);
  });

  it('shows no share below the minimum number', async () => {
    const { items } = await ask('?rule=missing-ppe/vest');
    expect(items).toMatchObject([{ judged: 19, confirmed: 19, precision: null, detection: null }]);
  });

  it('is grouped by version and week of the plant, and filtered by time', async () => {
    const { items, total } = await ask('?by=week,version&rule=missing-ppe/helmet');
    expect(items.map(({ week, version, judged }) => [week, version, judged])).toEqual([
      ['2026-08-03', '1.0.0', 100],
      ['2026-10-19', '1.0.0', 105],
    ]);
    expect(total.judged).toBe(205);
    const late = await ask('?from=2026-10-01T00:00:00Z');
    expect(late.total.judged).toBe(105);
    expect((await ask('?from=2027-01-01T00:00:00Z')).total).toMatchObject({
      judged: 0,
      recorded: 0,
    });
  });

  it('comes as a workbook', async () => {
    const answer = await api.get('/api/v1/models/precision.xlsx?by=rule&lang=en', owner);
    const rows = await readSheet(Buffer.from(await answer.arrayBuffer()), 'Precision');
    expect(rows[0]?.[0]).toBe('Rule');
    expect(rows.map((row) => row[0])).toContain('No hard hat');
  });

  it('[VIS-10] notifies the model owners of a drop, once a week', async () => {
    const told: { kind: string; to: string[] }[] = [];
    const units = createUnits({ database, onError: (error) => pino().error(error) });
    const notices = {
      notify: async (_unit: unknown, notice: { kind: string; to: string[] }) =>
        void told.push(notice),
    };
    const watch = createDropWatch({ units, notices, timeZone: 'Asia/Shanghai' });
    const now = new Date(start + 80 * DAY);
    expect(await watch.look('demo', now)).toBe(1);
    expect(await watch.look('demo', new Date(now.getTime() + DAY))).toBe(0);
    expect(told).toMatchObject([{ kind: 'model.drop' }]);
    expect(told[0]?.to.length).toBeGreaterThan(0);
    const { drops } = await ask('');
    expect(drops).toMatchObject([
      {
        model: 'ppe',
        version: '1.0.0',
        rule: 'missing-ppe/helmet',
        baseline: { value: 0.9, judged: 100 },
        recent: { value: 0.5, judged: 100 },
      },
    ]);
  });
});

// Last: it adds verdicts.
describe('precision of the rule of a finding', () => {
  it('is for people who review the finding, without the right to all figures', async () => {
    const at = Date.now() - 2 * DAY;
    await putVerdicts(database, [
      ...many(1, { status: 'pending', camera: 'hall-east' }, at),
      ...many(3, { status: 'confirmed', camera: 'hall-east' }, at),
      ...many(2, { status: 'dismissed', reason: 'false-detection', camera: 'hall-east' }, at),
      ...many(4, { status: 'confirmed', camera: 'hall-east' }, Date.now() - 40 * DAY),
      ...many(5, { status: 'confirmed', camera: 'hall-east', rule: 'missing-ppe/vest' }, at),
    ]);
    const open = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.violation.findFirstOrThrow({ where: { camera: 'hall-east', status: 'pending' } }),
    );
    await makeUser(database, 'judge', ['violation:read@all', 'violation:review@all']);
    await makeUser(database, 'looker', ['violation:read@all']);
    await makeUser(database, 'foreman', ['violation:read@all', 'violation:review@department'], {
      employeeNo: 'E009',
    });
    const read = async (user: string, violation = open.id) => {
      const path = `/api/v1/models/rule-precision?violation=${violation}`;
      const answer = await api.get(path, await api.signIn(user));
      const { status } = answer;
      return { status, body: (await answer.json()) as Record<string, unknown> };
    };
    const mine = await read('judge');
    expect(mine.body).toEqual({
      minJudged: 20,
      confirmed: 3,
      dismissed: 2,
      reasons: { 'false-detection': 2 },
    });
    expect((await api.get('/api/v1/models/precision', await api.signIn('judge'))).status).toBe(403);
    expect((await read('looker')).status).toBe(403);
    // Of another department, and one that does not exist.
    expect((await read('foreman')).body.code).toBe('violation.unknown');
    expect((await read('judge', '01J00000000000000000000000')).status).toBe(404);
  });
});
