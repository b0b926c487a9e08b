import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { recordVideo } from '../../testing/media.ts';
import { uploadFile } from '../../testing/tus.ts';
import type { Hazard } from './schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let head: Headers;
let safety: Headers;
let safety2: Headers;
let manager: Headers;

beforeAll(async () => {
  world = await openHazardWorld();
  worker = await world.as('worker.press');
  head = await world.as('head.press');
  safety = await world.as('safety');
  safety2 = await world.as('safety2');
  manager = await world.as('manager');
});
afterAll(() => world?.close());

const idOf = async (username: string) =>
  (
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.findFirstOrThrow({ where: { username } }),
    )
  ).id;
const states = async (hazard: Hazard) => {
  const answer = await world.api.get(`/api/v1/hazards/${hazard.id}/history`, safety);
  return ((await answer.json()) as { items: { to: string }[] }).items.map(({ to }) => to);
};

describe('a general hazard', () => {
  it('[HAZ-01] goes from the report over review and rectification to the closing', async () => {
    let hazard = await world.reported(worker);
    expect(hazard).toMatchObject({ state: 'reported', level: null, area: { id: 'press-line' } });
    hazard = await world.step(safety, hazard, 'accept');
    expect(hazard).toMatchObject({
      state: 'assigned',
      level: 'general',
      department: { id: 'press-shop' },
    });
    hazard = await world.step(head, hazard, 'start');
    const photo = await world.photo(head);
    hazard = await world.step(head, hazard, 'submit', {
      fields: { measures: 'bolts replaced', cost: 120.5 },
      fileIds: [photo],
    });
    expect(hazard).toMatchObject({ state: 'acceptance', cost: 120.5 });
    hazard = await world.step(safety, hazard, 'close', { fields: { opinion: 'firm' } });
    expect(hazard).toMatchObject({
      state: 'closed',
      outcome: 'closed',
      dueAt: null,
      transitions: [],
    });
    expect(await states(hazard)).toEqual([
      'reported',
      'assigned',
      'rectifying',
      'acceptance',
      'closed',
    ]);
  });

  it('[HAZ-01] skips no state and does nothing twice', async () => {
    const hazard = await world.reported(worker);
    for (const step of ['close', 'submit', 'start', 'close-major', 'assess']) {
      const answer = await world.act(safety, hazard, step);
      expect(answer.status, step).toBeGreaterThanOrEqual(400);
    }
    const answers = await Promise.all([
      world.act(safety, hazard, 'accept'),
      world.act(safety2, hazard, 'accept'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = (await answers.find(({ status }) => status === 409)?.json()) as {
      code: string;
      current: Hazard;
    };
    expect(lost.code).toBe('workflow.version-conflict');
    expect(lost.current).toMatchObject({ id: hazard.id, state: 'assigned', version: 2 });
  });

  it('is sent back and forth with a reason each time', async () => {
    let hazard = await world.reported(worker);
    expect((await world.act(safety, hazard, 'return')).status).toBe(422);
    hazard = await world.step(safety, hazard, 'return', { fields: { reason: 'where exactly?' } });
    const seen = await world.read(worker, hazard.id);
    expect(seen.transitions.map(({ id }) => id)).toEqual(['resubmit']);
    hazard = await world.step(worker, seen, 'resubmit', {
      fields: { supplement: 'press 2, left' },
    });
    hazard = await world.step(safety, hazard, 'reject', {
      fields: { verdict: 'not-a-hazard', reason: 'as designed' },
    });
    expect(hazard).toMatchObject({ state: 'rejected', outcome: 'rejected', level: null });
  });
});

describe('evidence', () => {
  it('[HAZ-03] stores photo, video and text', async () => {
    const photo = await world.photo(worker);
    const video = await uploadFile(world.api, worker, await recordVideo(), {
      name: 'guard.mp4',
      type: 'video/mp4',
    });
    const description = '护罩松动 ⚠️ loose guard\nsecond line';
    const hazard = await world.reported(worker, { description, fileIds: [photo, video] });
    const kept = await world.read(safety, hazard.id);
    expect(kept.description).toBe(description);
    expect(kept.files.map(({ kind }) => kind).sort()).toEqual(['photo', 'video']);
    for (const { url } of kept.files) {
      expect((await world.api.get(url, safety)).status).toBe(200);
    }
    const onlyPhoto = await world.reported(worker, {
      description: '',
      fileIds: [await world.photo(worker)],
    });
    expect(onlyPhoto.files).toHaveLength(1);
    expect((await world.report(worker, { description: '' })).status).toBe(400);
  });

  it('[HAZ-05] requires a photo or video for a rectification, and has a deadline', async () => {
    let hazard = await world.step(safety, await world.reported(worker), 'accept');
    hazard = await world.step(head, hazard, 'start');
    const days = (Date.parse(hazard.dueAt ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6);
    const bare = await world.act(head, hazard, 'submit', { fields: { measures: 'done' } });
    expect(bare.status).toBe(422);
    expect(JSON.stringify(await bare.json())).toContain('photo');
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.hazard.updateMany({
        where: { id: hazard.id },
        data: { dueAt: new Date(Date.now() - 1000) },
      }),
    );
    expect((await world.read(head, hazard.id)).overdue).toBe(true);
    const overdue = await world.api.get('/api/v1/hazards?overdue=true', safety);
    const { items } = (await overdue.json()) as { items: Hazard[] };
    expect(items.map(({ id }) => id)).toContain(hazard.id);
    const photo = await world.photo(head);
    hazard = await world.step(head, hazard, 'submit', {
      fields: { measures: 'done' },
      fileIds: [photo],
    });
    expect(hazard.state).toBe('acceptance');
  });

  it('uses the reviewer’s day as the deadline', async () => {
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    let hazard = await world.reported(worker);
    const past = await world.act(safety, hazard, 'accept', { fields: { 'due-by': '2020-01-01' } });
    expect(past.status).toBe(422);
    hazard = await world.step(safety, hazard, 'accept', { fields: { 'due-by': day } });
    hazard = await world.step(head, hazard, 'start');
    expect(hazard.dueAt).toBe(`${day}T15:59:59.999Z`);
  });
});

describe('permissions', () => {
  it('[HAZ-06] only the safety department closes, and never their own report or rectification', async () => {
    // An officer who reports may neither review nor close it.
    let hazard = await world.reported(safety, { areaId: 'press-line' });
    expect(hazard.transitions).toEqual([]);
    const own = await world.act(safety, hazard, 'accept');
    expect(own.status).toBe(403);
    hazard = await world.step(safety2, hazard, 'accept');
    hazard = await world.step(head, hazard, 'start');
    hazard = await world.step(head, hazard, 'submit', {
      fields: { measures: 'm' },
      fileIds: [await world.photo(head)],
    });
    for (const who of [worker, head, manager, safety]) {
      const answer = await world.act(who, hazard, 'close');
      expect([403, 404]).toContain(answer.status);
    }
    hazard = await world.step(safety2, hazard, 'close');
    expect(hazard.state).toBe('closed');
  });

  it('[HAZ-02] any employee reports, whatever their role', async () => {
    for (const name of [
      'worker.press',
      'keeper',
      'buyer',
      'maintainer',
      'env',
      'operator',
      'manager',
    ]) {
      const who = await world.as(name);
      const hazard = await world.reported(who, { areaId: 'main-aisle', source: 'phone' });
      expect(hazard.no).toMatch(/^YH-\d{8}-\d{4}$/);
      expect((await world.read(who, hazard.id)).reporter?.id).toBe(await idOf(name));
    }
  });
});

describe('a major hazard', () => {
  it('[HAZ-01] needs plan, approval, report to the regulator, assessment and acceptance', async () => {
    let hazard = await world.reported(worker, { suggestedLevel: 'major' });
    hazard = await world.step(safety, hazard, 'accept-major', {
      fields: { suspension: 'part', 'suspension-note': 'press 2 since today 8:00' },
    });
    expect(hazard).toMatchObject({ state: 'planning', level: 'major' });
    const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    const plan = {
      responsible: await idOf('head.press'),
      'plan-measures': 'new light curtain',
      funds: 50_000,
      'due-by': day,
      contingency: 'power off and call 120',
    };
    for (const missing of Object.keys(plan)) {
      const { [missing as keyof typeof plan]: _left, ...rest } = plan;
      const answer = await world.act(head, hazard, 'submit-plan', { fields: rest });
      expect(answer.status, missing).toBe(422);
    }
    hazard = await world.step(head, hazard, 'submit-plan', { fields: plan });
    expect((await world.act(safety, hazard, 'approve-plan')).status).toBe(403);
    hazard = await world.step(manager, hazard, 'approve-plan');
    hazard = await world.step(safety, hazard, 'report-regulator', {
      fields: {
        regulator: '常州市应急管理局',
        'regulator-date': '2026-11-25',
        'regulator-number': '常安报〔2026〕12号',
        'congress-date': '2026-11-25',
      },
    });
    expect(hazard).toMatchObject({ state: 'rectifying-major', dueAt: `${day}T15:59:59.999Z` });
    expect(hazard.details).toMatchObject({
      funds: 50_000,
      suspension: 'part',
      'regulator-number': '常安报〔2026〕12号',
    });
    hazard = await world.step(head, hazard, 'submit-major', {
      fields: { measures: 'installed', cost: 48_000 },
      fileIds: [await world.photo(head)],
    });
    expect((await world.act(safety, hazard, 'close-major')).status).toBe(409);
    hazard = await world.step(manager, hazard, 'assess', {
      fields: { expert: '刘工', assessment: 'effective' },
    });
    hazard = await world.step(safety, hazard, 'close-major', {
      fields: { opinion: 'good', 'shown-date': '2026-11-25' },
    });
    expect(hazard).toMatchObject({ state: 'closed', outcome: 'closed', level: 'major' });
  });
});

describe('a report', () => {
  it('[HAZ-12] [ADP-02] sent late by a phone keeps both times, marked; a repetition is idempotent', async () => {
    const foundAt = new Date(Date.now() - 3 * 3600_000).toISOString();
    const id = ulid();
    const first = await world.report(worker, { id, foundAt, source: 'phone' });
    expect(first.status).toBe(201);
    const hazard = (await first.json()) as Hazard;
    expect(hazard).toMatchObject({ late: true, foundAt, source: 'phone' });
    expect(Date.parse(hazard.reportedAt) - Date.parse(foundAt)).toBeGreaterThan(
      3 * 3600_000 - 1000,
    );
    const again = await world.report(worker, { id, foundAt, source: 'phone' });
    expect(again.status).toBe(200);
    expect(((await again.json()) as Hazard).no).toBe(hazard.no);
    expect((await world.reported(worker)).late).toBe(false);
    // Neither time can be changed afterwards.
    await expect(
      world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.hazard.updateMany({ where: { id }, data: { reportedAt: new Date(0) } }),
      ),
    ).rejects.toThrow('never changed');
  });

  it('[HAZ-12] with a clock ahead is stored with the server’s time, and marked', async () => {
    const hazard = await world.reported(worker, {
      foundAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    expect(Date.parse(hazard.foundAt)).toBeLessThanOrEqual(Date.now());
    const seen = await world.read(safety, hazard.id);
    expect(seen.findings).toMatchObject([{ kind: 'clock-ahead' }]);
  });

  it('gets a unique number, also concurrently', async () => {
    const all = await Promise.all(Array.from({ length: 24 }, () => world.reported(worker)));
    expect(new Set(all.map(({ no }) => no)).size).toBe(24);
    const id = ulid();
    const same = await Promise.all([1, 2, 3].map(() => world.report(worker, { id })));
    expect(same.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  });

  it('finds its area by the position', async () => {
    const hazard = await world.reported(worker, {
      areaId: undefined,
      floorPlan: 'main-hall',
      position: [12, 11],
    });
    // Both the assembly area and the robot cell contain it; the cell is smaller.
    expect(hazard.area?.id).toBe('robot-cell');
    const nowhere = await world.report(worker, { site: 'no-such-site' });
    expect(nowhere.status).toBe(422);
  });
});

describe('routing', () => {
  it('[HAZ-04] routes by type, level and area; the most specific rule wins, safety is the default', async () => {
    const put = (body: object, who = safety2) =>
      fetch(`${world.api.url}/api/v1/hazard-routing`, {
        method: 'PUT',
        headers: { ...who, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const rule = { type: null, level: null, areaId: null, assignee: null };
    const saved = await put({
      basedOn: 0,
      items: [
        { ...rule, type: 'electrical', departmentId: 'maintenance' },
        { ...rule, type: 'electrical', level: 'major', departmentId: 'safety' },
        { ...rule, type: 'electrical', areaId: 'loading-gate', departmentId: 'warehouse' },
      ],
    });
    expect(saved.status).toBe(200);
    expect((await put({ basedOn: 0, items: [] })).status).toBe(409);
    expect((await put({ basedOn: 1, items: [] }, head)).status).toBe(403);
    const preview = async (query: string) => {
      const answer = await world.api.get(`/api/v1/hazard-routing/preview?${query}`, safety);
      return (await answer.json()) as { why: string; department: { id: string } };
    };
    const cases = [
      ['type=electrical&level=general', 'rule', 'maintenance'],
      ['type=electrical&level=major', 'rule', 'safety'],
      ['type=electrical&level=major&areaId=loading-gate', 'rule', 'warehouse'],
      ['type=fire&level=general&areaId=press-line', 'area', 'press-shop'],
      ['type=fire&level=general', 'safety', 'safety'],
    ] as const;
    for (const [query, why, department] of cases) {
      expect(await preview(query), query).toMatchObject({ why, department: { id: department } });
    }
    const hazard = await world.reported(worker, { type: 'electrical', areaId: 'main-aisle' });
    expect(await world.step(safety, hazard, 'accept')).toMatchObject({
      department: { id: 'maintenance' },
    });
  });
});
