import { readSheet } from 'read-excel-file/node';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld, PLANT } from '../../../testing/hazards.ts';
import type { HeatMap, Rectification, WeakLinks } from './schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let safety: Headers;
let manager: Headers;
let reporter: string;

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);

interface Made {
  reported: number;
  /** Days after the report. */
  closed?: number;
  level?: 'general' | 'major';
  type?: string;
  area?: string;
  department?: string;
  at?: [number, number];
  due?: number;
  late?: boolean;
  title?: string;
}

/** Rows as the module writes them, backdated: statistics cover weeks. */
async function past(made: Made[]): Promise<void> {
  await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const first = await tx.hazard.count();
    await tx.hazard.createMany({
      data: made.map((one, i) => {
        const closedAt = one.closed === undefined ? null : ago(one.reported - one.closed);
        return {
          tenantId: 'demo',
          id: ulid(),
          no: `YH-20260101-${first + i}`,
          title: one.title ?? 'made',
          description: '',
          type: one.type ?? 'fire',
          level: one.level ?? 'general',
          suggestedLevel: 'general',
          source: 'desk',
          site: PLANT,
          areaId: one.area ?? 'press-line',
          floorPlan: 'main-hall',
          x: one.at?.[0] ?? null,
          y: one.at?.[1] ?? null,
          foundAt: ago(one.reported),
          reportedAt: ago(one.reported),
          late: false,
          reporterId: reporter,
          reporterName: { zh: 'x', en: 'x' },
          departmentId: one.department ?? 'press-shop',
          caseId: ulid(),
          flowVersion: 1,
          state: closedAt ? 'closed' : 'rectifying',
          version: 5,
          dueAt: closedAt || one.due === undefined ? null : ago(one.due),
          assignees: [],
          rectifyDueAt: closedAt && one.late ? ago(one.reported - 0.5) : null,
          rectifiedAt: closedAt,
          closedAt,
          outcome: closedAt ? 'closed' : null,
        };
      }),
    });
  });
}

const json = async <Body>(path: string, who = safety) =>
  (await (await world.api.get(`/api/v1/hazards/${path}`, who)).json()) as Body;

beforeAll(async () => {
  world = await openHazardWorld();
  safety = await world.as('safety');
  manager = await world.as('manager');
  reporter = (
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.findFirstOrThrow({ where: { username: 'worker.press' } }),
    )
  ).id;
  await past([
    // The same kind at the same place three times, each soon after closing.
    { reported: 80, closed: 2, at: [3, 10], late: true },
    { reported: 60, closed: 2, at: [3.1, 10.1] },
    { reported: 40, closed: 4, at: [3.2, 10.2] },
    { reported: 5, at: [3, 10], due: 1, level: 'major', title: '=1+1 @SUM("x")' },
    // One elsewhere, rectified at once.
    {
      reported: 30,
      closed: 1,
      type: 'electrical',
      area: 'rack-store',
      department: 'warehouse',
      at: [20, 12],
    },
    { reported: 400, closed: 1, type: 'electrical', area: 'rack-store', department: 'warehouse' },
  ]);
});
afterAll(() => world?.close());

describe('[HAZ-08] [RPT-01] the heat map', () => {
  it('is hottest for many, severe, open and recent hazards', async () => {
    const map = await json<HeatMap>(`heatmap?site=${PLANT}&floorPlan=main-hall`);
    const hottest = map.points[0]!;
    expect(Math.hypot(hottest.x - 3.25, hottest.y - 10.25)).toBeLessThan(1);
    expect(map.points.find(({ x }) => x > 19)?.weight).toBeLessThan(hottest.weight);
    expect(map.areas[0]).toMatchObject({ id: 'press-line', count: 4, open: 1, overdue: 1 });
    expect(map.areas[0]?.polygon?.length).toBeGreaterThan(2);
    const store = map.areas.find(({ id }) => id === 'rack-store')!;
    expect(store).toMatchObject({ count: 2, open: 0 });
    expect(store.score).toBeLessThan(map.areas[0]!.score);
    const recent = await json<HeatMap>(`heatmap?site=${PLANT}&from=${ago(10).toISOString()}`);
    expect(recent.areas.reduce((sum, { count }) => sum + count, 0)).toBe(1);
  });
});

describe('[HAZ-09] [RPT-02] the rectification table', () => {
  it('counts reported, closed, punctual and overdue hazards by department', async () => {
    const table = await json<Rectification>('rectification?by=department');
    const press = table.items.find(({ key }) => key === 'press-shop');
    expect(press).toMatchObject({
      reported: 4,
      accepted: 4,
      closed: 3,
      closedOnTime: 2,
      overdue: 1,
      rate: 0.75,
    });
    expect(press?.onTimeRate).toBeCloseTo(2 / 3);
    expect(press?.meanHours).toBeCloseTo(((2 + 2 + 4) / 3) * 24, 1);
    expect(table.total).toMatchObject({ reported: 6, closed: 5 });
  });

  it.each(['type', 'level', 'month', 'area'])('counts the same rows by %s', async (by) => {
    const table = await json<Rectification>(`rectification?by=${by}`);
    expect(table.items.reduce((sum, { reported }) => sum + reported, 0)).toBe(6);
    expect(table.items.every(({ name }) => name.zh && name.en)).toBe(true);
  });

  it('is a workbook in both languages: numbers, dates, totals, and no formula from a title', async () => {
    for (const [lang, heading, total, list] of [
      ['zh', '整改率', '合计', '隐患清单'],
      ['en', 'Rate', 'Total', 'Hazards'],
    ] as const) {
      const answer = await world.api.get(
        `/api/v1/hazards/rectification.xlsx?by=department&lang=${lang}`,
        manager,
      );
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-disposition')).toContain('.xlsx');
      const bytes = Buffer.from(await answer.arrayBuffer());
      const rates = await readSheet(bytes, 1);
      const column = rates[0]!.indexOf(heading);
      expect(column).toBeGreaterThan(0);
      expect(rates.at(-1)?.[0]).toBe(total);
      expect(rates.at(-1)?.[1]).toBe(6);
      expect(typeof rates[1]?.[column]).toBe('number');
      const rows = await readSheet(bytes, list);
      expect(rows).toHaveLength(7);
      const titles = rows.map((row) => String(row[1]));
      expect(titles).toContain('\'=1+1 @SUM("x")');
      const dates = rows.slice(1).map((row) => row[8]);
      expect(dates.every((value) => value instanceof Date)).toBe(true);
    }
  });
});

describe('[HAZ-10] weak links', () => {
  it('ranks by recurrence, delay and duration, with reasons and formula', async () => {
    const links = await json<WeakLinks>('weak-links');
    expect(links.formula.zh).toContain('复发');
    expect(links.places[0]).toMatchObject({
      rank: 1,
      area: { id: 'press-line' },
      type: { id: 'fire' },
      count: 4,
      major: 1,
      recurred: 3,
      overdue: 2,
    });
    // 370 days lie between the two: no recurrence.
    expect(links.places[1]).toMatchObject({ area: { id: 'rack-store' }, recurred: 0 });
    expect(links.places[0]!.score).toBeGreaterThan(links.places[1]!.score);
    expect(links.places[0]!.reasons.map(({ en }) => en).join()).toContain('came back');
    expect(links.departments[0]?.department?.id).toBe('press-shop');
    const sheet = await world.api.get('/api/v1/hazards/weak-links.xlsx?lang=en', safety);
    const rows = await readSheet(Buffer.from(await sheet.arrayBuffer()), 'Places');
    expect(rows[1]?.slice(0, 2)).toEqual([1, 'Press line']);
  });
});

describe('[SEC-07] numbers over hazards', () => {
  it('name no person in any grouping', async () => {
    const everybody = await world.database.transaction(
      { tenant: 'demo', user: null },
      async (tx) => [
        ...(await tx.person.findMany()).flatMap(({ id, name, employeeNo }) => [
          id,
          name,
          employeeNo,
        ]),
        ...(await tx.appUser.findMany()).flatMap(({ id, username }) => [id, `"${username}"`]),
      ],
    );
    expect(everybody).toContain(reporter);
    const groups = ['department', 'type', 'level', 'month', 'area'];
    for (const path of [
      ...groups.map((by) => `rectification?by=${by}`),
      'weak-links',
      `heatmap?site=${PLANT}`,
    ]) {
      const text = JSON.stringify(await json<object>(path));
      expect([path, everybody.filter((one) => text.includes(one))]).toEqual([path, []]);
    }
    // There is no other grouping.
    for (const by of ['reporter', 'assignee', 'person']) {
      const answer = await world.api.get(`/api/v1/hazards/rectification?by=${by}`, safety);
      expect(answer.status).toBe(400);
    }
  });
});
