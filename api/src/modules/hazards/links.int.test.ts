import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { lockWaits } from '../../testing/lock-waits.ts';
import { until } from '../../testing/site.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';
import type { Hazard } from './schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let camera: TestWorker;
let operator: Headers;
let safety: Headers;
let worker: Headers;
let head: Headers;

beforeAll(async () => {
  world = await openHazardWorld();
  camera = await startWorker(world.site, world.api);
  operator = await world.as('operator');
  safety = await world.as('safety');
  worker = await world.as('worker.press');
  head = await world.as('head.press');
});
afterAll(async () => {
  await camera?.stop();
  await world?.close();
});

const press = (id: string, who = operator) =>
  world.api.post(`/api/v1/violations/${id}/hazard`, {}, who);

describe('a violation', () => {
  it('becomes one hazard with one key, once it is confirmed', async () => {
    const event = await camera.confirm();
    await camera.blur(event);
    const { id } = event;
    const early = await press(id);
    expect([early.status, ((await early.json()) as { code: string }).code]).toEqual([
      409,
      'violation.not-confirmed',
    ]);
    await world.api.post(
      `/api/v1/violations/${id}/verdict`,
      { decision: 'confirm', version: 1 },
      operator,
    );
    const answers = await Promise.all([press(id), press(id), press(id, safety)]);
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    const hazard = (await made[0]?.json()) as Hazard;
    expect(hazard).toMatchObject({
      type: 'ppe',
      source: 'camera',
      suggestedLevel: 'major',
      violationId: id,
      site: 'plant-1',
      floorPlan: 'hall',
      position: [12.5, 7.25],
      state: 'reported',
    });
    // The picture stays with the violation; the records link to each other.
    const picture = hazard.files.find(({ role, kind }) => role === 'camera' && kind === 'photo');
    expect((await world.api.get(picture?.url ?? '', safety)).status).toBe(200);
    const linked = await world.api.get(`/api/v1/hazards?linked=violation:${id}`, safety);
    expect(((await linked.json()) as { items: Hazard[] }).items.map((one) => one.id)).toEqual([
      hazard.id,
    ]);
    const again = await press(id, safety);
    expect([again.status, ((await again.json()) as Hazard).id]).toEqual([200, hazard.id]);
    expect((await press(ulid())).status).toBe(404);
    // A worker sees none of others: neither it nor that it is a hazard.
    expect((await press(id, worker)).status).toBe(404);
  });
});

describe('[ARC-01] one id', () => {
  it('joins the hazards of a machine, an area and a person with other records', async () => {
    const read = async (path: string, who = worker) =>
      (await (await world.api.get(`/api/v1${path}`, who)).json()) as {
        counts: Record<string, number>;
        person: { id: string };
      };
    const people = (await (await world.api.get('/api/v1/persons?q=E006', safety)).json()) as {
      items: { id: string }[];
    };
    const person = `/persons/${people.items[0]?.id}/overview`;
    const paths = ['/equipment/press-2/overview', '/areas/press-line/overview'];
    const before = await Promise.all(paths.map((path) => read(path, safety)));
    const reports = (await read(person, safety)).counts.hazardsReported ?? 0;
    await world.reported(worker, { equipmentId: 'press-2', areaId: 'press-line' });
    for (const [at, path] of paths.entries()) {
      const after = await read(path, safety);
      expect([path, after.counts.hazards]).toEqual([path, (before[at]?.counts.hazards ?? 0) + 1]);
    }
    expect((await read(person, safety)).counts.hazardsReported).toBe(reports + 1);
  });
});

it('a report’s response equals a later read', async () => {
  const shown = [
    {},
    { areaId: undefined, floorPlan: 'main-hall', position: [12, 11], title: '题' },
    { areaId: undefined, suggestedLevel: 'major', description: 'a\nb  "c" \\ \u{1f9ef}' },
    { equipmentId: 'press-2' },
  ];
  for (const changes of shown) {
    const hazard = await world.reported(worker, changes);
    expect(await world.read(worker, hazard.id)).toEqual(hazard);
  }
});

it('a report about a machine that is sent twice at once is one hazard, and both are told so', async () => {
  const admin = new pg.Client({ connectionString: world.superUrl });
  await admin.connect();
  // Both transactions wait with their links before either commits.
  await admin.query('BEGIN; LOCK TABLE hazard_link IN SHARE MODE');
  const twins = { id: ulid(), equipmentId: 'press-2', foundAt: new Date().toISOString() };
  const both = Promise.all([world.report(worker, twins), world.report(worker, twins)]);
  await until(async () => {
    const { rows } = await admin.query(lockWaits('relation'));
    return rows.length === 2;
  }, 'both wait');
  await admin.query('COMMIT');
  const answers = await both;
  await admin.end();
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
  const [one, other] = (await Promise.all(answers.map((answer) => answer.json()))) as Hazard[];
  expect([one?.no, one?.id]).toEqual([other?.no, twins.id]);
});

it('a report with a picture sent three times concurrently is one hazard', async () => {
  const same = { id: ulid(), fileIds: [await world.photo(worker)], equipmentId: 'press-2' };
  const answers = await Promise.all([1, 2, 3].map(() => world.report(worker, same)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  const all = (await Promise.all(answers.map((answer) => answer.json()))) as Hazard[];
  expect(all.map(({ no, files }) => [no, files.length])).toEqual(all.map(() => [all[0]?.no, 1]));
});

describe('events for the risk model', () => {
  it('of each report and each closing: type, level, area and machine, and no person', async () => {
    let hazard = await world.reported(worker, { equipmentId: 'press-1' });
    hazard = await world.step(safety, hazard, 'accept');
    hazard = await world.step(head, hazard, 'start');
    const fileIds = [await world.photo(head)];
    hazard = await world.step(head, hazard, 'submit', { fields: { measures: 'm' }, fileIds });
    await world.step(safety, hazard, 'close');
    const events = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.outboxEvent.findMany({ where: { subject: hazard.id }, orderBy: { seq: 'asc' } }),
    );
    const types = events.map(({ type }) => type);
    expect(types).toContain('cn.anshi.hazard.reported.v1');
    expect(types).toContain('cn.anshi.hazard.closed.v1');
    const closed = events.find(({ type }) => type === 'cn.anshi.hazard.closed.v1');
    expect(closed?.data).toMatchObject({
      type: 'machine-guard',
      level: 'general',
      area: 'press-line',
      equipment: 'press-1',
      outcome: 'closed',
    });
    expect(JSON.stringify(closed?.data)).not.toMatch(/Xiaomei|reporter|loose/);
    const about = await world.api.get('/api/v1/hazards?linked=equipment:press-1', safety);
    expect(((await about.json()) as { items: Hazard[] }).items).toHaveLength(1);
  });

  it('accepts a hazard linked to a batch of a chemical or a warning', async () => {
    const links = [
      { entity: 'chemical-batch', id: 'HF-2026-11-003' },
      { entity: 'warning', id: ulid() },
    ];
    const hazard = await world.reported(await world.as('keeper'), {
      type: 'metering-anomaly',
      areaId: 'rack-store',
      links,
    });
    expect(hazard.links).toEqual(expect.arrayContaining(links));
    const found = await world.api.get(
      '/api/v1/hazards?linked=chemical-batch:HF-2026-11-003',
      safety,
    );
    expect(((await found.json()) as { items: Hazard[] }).items.map(({ id }) => id)).toEqual([
      hazard.id,
    ]);
  });
});

it('a failed transaction leaves no row, audit line or event', async () => {
  // Other modules write events of their own in the meantime.
  const ofHazards = { where: { entity: 'hazard' } };
  const counts = () =>
    world.database.transaction({ tenant: 'demo', user: null }, async (tx) => [
      await tx.hazard.count(),
      await tx.auditLog.count(ofHazards),
      await tx.outboxEvent.count(ofHazards),
      await tx.workflowCase.count(ofHazards),
    ]);
  const before = await counts();
  // The machine exists, the file does not: everything before it was written already.
  expect((await world.report(worker, { fileIds: [ulid()] })).status).toBe(404);
  expect(await counts()).toEqual(before);
});
