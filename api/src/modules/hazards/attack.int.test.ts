import pino from 'pino';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../platform/db/migrate.ts';
import { type HazardWorld, openHazardWorld, PLANT } from '../../testing/hazards.ts';
import { makeUser } from '../../testing/users.ts';
import { seedTenant } from '../seeds.ts';
import type { Hazard } from './schema.ts';

type Headers = { authorization: string };
let world: HazardWorld;
let worker: Headers;
let keeper: Headers;
let safety: Headers;
let safety2: Headers;
let press: Hazard;
/** Of another tenant, in the same database. */
const foreign = { hazard: ulid(), file: ulid(), violation: ulid(), user: '' };

beforeAll(async () => {
  world = await openHazardWorld();
  worker = await world.as('worker.press');
  keeper = await world.as('keeper');
  safety = await world.as('safety');
  safety2 = await world.as('safety2');
  press = await world.reported(worker, { fileIds: [await world.photo(worker)] });
  press = await world.step(safety, press, 'accept');
  await migrate(world.adminUrl, world.appUrl, { id: 'rival', name: { zh: 'r', en: 'r' } });
  await seedTenant(world.database, 'rival');
  foreign.user = await makeUser(world.database, 'rival-safety', ['hazard:read@all'], {
    tenant: 'rival',
  });
  await world.database.transaction({ tenant: 'rival', user: null }, async (tx) => {
    await tx.hazard.create({
      data: {
        tenantId: 'rival',
        id: foreign.hazard,
        no: 'YH-20260101-0001',
        title: 'secret of the rival',
        description: 'secret',
        type: 'fire',
        suggestedLevel: 'general',
        source: 'desk',
        site: PLANT,
        foundAt: new Date(),
        reportedAt: new Date(),
        late: false,
        reporterId: foreign.user,
        reporterName: { zh: 'r', en: 'r' },
        caseId: ulid(),
        flowVersion: 1,
        state: 'reported',
        version: 1,
        assignees: [],
      },
    });
  });
});
afterAll(() => world?.close());

const call = (method: string, path: string, who: Headers, body?: object) =>
  fetch(`${world.api.url}/api/v1${path}`, {
    method,
    headers: { ...who, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const action = { transition: 'start', version: 2 };
const penalty = { kind: 'false-report', reason: 'x' };
const appeal = { text: 'x' };
const ruling = { uphold: true, reason: 'x' };

describe('foreign ids on every route', () => {
  const routes = (id: string): [string, string, object?][] => [
    ['GET', `/hazards/${id}`],
    ['GET', `/hazards/${id}/history`],
    ['POST', `/hazards/${id}/actions`, action],
    ['POST', `/hazards/${id}/penalties`, penalty],
    ['POST', `/violations/${id}/hazard`],
    ['POST', `/hazard-penalties/${id}/appeal`, appeal],
    ['POST', `/hazard-penalties/${id}/decision`, ruling],
  ];

  it('of another tenant are unknown, also to the safety department', async () => {
    for (const who of [safety, safety2, worker]) {
      for (const [method, path, body] of routes(foreign.hazard)) {
        const answer = await call(method, path, who, body);
        expect([403, 404], `${method} ${path}`).toContain(answer.status);
        expect(await answer.text()).not.toContain('secret');
      }
    }
    const list = await (await call('GET', '/hazards?q=secret', safety)).text();
    expect(list).not.toContain('rival');
    const linked = await call('GET', `/hazards?linked=violation:${foreign.hazard}`, safety);
    expect(((await linked.json()) as { items: object[] }).items).toEqual([]);
  });

  it('of another department and person are unknown', async () => {
    for (const [method, path, body] of routes(press.id)) {
      const answer = await call(method, path, keeper, body);
      expect([403, 404], `${method} ${path}`).toContain(answer.status);
      expect(await answer.text()).not.toContain(press.no);
    }
  });

  it('cannot be reused for a new report, nor can files of others', async () => {
    const taken = await world.report(keeper, { id: press.id });
    expect(taken.status).toBe(409);
    expect(await taken.text()).not.toContain(press.no);
    const photo = await world.photo(worker);
    const stolen = await world.report(keeper, { fileIds: [photo] });
    expect(stolen.status).toBe(404);
    const unknown = await world.report(keeper, { fileIds: [ulid()] });
    expect(unknown.status).toBe(404);
    const foreignViolation = await world.report(worker, { violationId: ulid() });
    expect(foreignViolation.status).toBe(404);
    const machine = await world.report(worker, { equipmentId: 'no-such-machine' });
    expect(machine.status).toBe(422);
  });

  it('of another tenant cannot be made responsible', async () => {
    let hazard = await world.reported(worker);
    const answer = await world.act(safety, hazard, 'accept', {
      fields: { assignee: foreign.user },
    });
    expect(answer.status).toBe(422);
    hazard = await world.read(safety, hazard.id);
    expect(hazard.state).toBe('reported');
  });
});

describe('fields that clients must not set', () => {
  it.each([
    { state: 'closed' },
    { no: 'YH-1' },
    { level: 'major' },
    { reporterId: ulid() },
    { reporter: { id: ulid() } },
    { tenantId: 'rival' },
    { reportedAt: '2020-01-01T00:00:00Z' },
    { late: false },
    { version: 9 },
    { demo: true },
    { device: 'x' },
    { departmentId: 'safety' },
    { links: [{ entity: 'violation', id: ulid() }] },
  ])('%j is refused in a report', async (extra) => {
    const answer = await world.report(worker, extra);
    expect(answer.status).toBe(400);
  });

  it('are refused in a step', async () => {
    for (const extra of [
      { state: 'closed' },
      { belonging: {} },
      { dueAt: '2030-01-01' },
      { by: ulid() },
    ]) {
      const answer = await world.act(safety, press, 'reassign', {
        fields: { reason: 'x' },
        ...extra,
      });
      expect(answer.status).toBe(400);
    }
    const unknownField = await world.act(safety, press, 'reassign', {
      fields: { reason: 'x', level: 'major' },
    });
    expect(unknownField.status).toBe(422);
  });
});

describe('injection', () => {
  const words = [
    "' OR '1'='1",
    "'; DROP TABLE hazard; --",
    '%',
    '_',
    '\\',
    '$1',
    "x' UNION SELECT password_hash FROM app_user --",
  ];

  it('of SQL has no effect', async () => {
    for (const word of words) {
      const answer = await call('GET', `/hazards?q=${encodeURIComponent(word)}`, keeper);
      expect(answer.status, word).toBe(200);
      expect(((await answer.json()) as { items: object[] }).items).toEqual([]);
      for (const filter of ['state', 'type', 'department', 'area', 'site', 'cursor', 'order']) {
        const filtered = await call(
          'GET',
          `/hazards?${filter}=${encodeURIComponent(word)}`,
          safety,
        );
        expect([200, 400], `${filter}=${word}`).toContain(filtered.status);
      }
      for (const path of ['rectification?by=', 'weak-links?site=', 'heatmap?site=']) {
        const answered = await call('GET', `/hazards/${path}${encodeURIComponent(word)}`, safety);
        expect(answered.status, path + word).toBe(400);
      }
      const link = await call(
        'GET',
        `/hazards?linked=equipment:${encodeURIComponent(word)}`,
        safety,
      );
      expect(link.status).toBe(200);
    }
    const percent = await call('GET', '/hazards?q=%25', safety);
    expect(((await percent.json()) as { items: object[] }).items).toEqual([]);
  });

  it('of line breaks and escape sequences into logs is refused', async () => {
    for (const title of [
      'a\nlevel=error forged',
      'a\r\nb',
      'a\u001b[31mred',
      'a\u0000b',
      'a\u0085b',
    ]) {
      const answer = await world.report(worker, { title });
      expect(answer.status, JSON.stringify(title)).toBe(400);
    }
    expect((await world.report(worker, { description: 'a\u001b[2Jb' })).status).toBe(400);
    // A log entry is one line of JSON, for any content.
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (text: string) => void lines.push(text) });
    log.info({ title: 'a\nb' }, 'x');
    expect(lines.join('').trimEnd().split('\n')).toHaveLength(1);
  });

  it('is not confused with Chinese, emoji or 4,000 characters', async () => {
    const title = '配电箱⚡门未锁 👷‍♂️';
    const description = `${'漏'.repeat(3_990)}\n\t🧯`;
    const hazard = await world.reported(worker, { title, description });
    expect(hazard).toMatchObject({ title, description });
    expect((await world.report(worker, { title: 'x'.repeat(121) })).status).toBe(400);
    expect((await world.report(worker, { description: 'x'.repeat(4_001) })).status).toBe(400);
    const found = await call('GET', `/hazards?q=${encodeURIComponent('门未锁')}`, worker);
    expect(((await found.json()) as { items: Hazard[] }).items.map(({ id }) => id)).toEqual([
      hazard.id,
    ]);
  });
});

it('refuses invalid limits, positions and times', async () => {
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'unknown=1',
    'from=yesterday',
    'mine=all',
  ]) {
    expect((await call('GET', `/hazards?${query}`, safety)).status, query).toBe(400);
  }
  for (const body of [
    { position: [1, 2] },
    { position: [1], floorPlan: 'main-hall' },
    { position: [Number.NaN, 1], floorPlan: 'main-hall' },
    { foundAt: 'today' },
    { id: 'not-a-ulid' },
    { fileIds: Array.from({ length: 21 }, () => ulid()) },
    { type: 'no-such-type' },
    { areaId: 'no-such-area' },
  ]) {
    expect([400, 422], JSON.stringify(body)).toContain((await world.report(worker, body)).status);
  }
});
