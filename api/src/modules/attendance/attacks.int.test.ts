import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttendanceWorld, openAttendance } from '../../testing/attendance.ts';
import { until } from '../../testing/site.ts';
import type { CorrectionView } from './schema.ts';

const HOUR_MS = 3_600_000;
let world: AttendanceWorld;
beforeAll(async () => {
  world = await openAttendance();
});
afterAll(() => world?.positions.stop());
const day = () => world.today();
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string } | null)?.code;

describe('a forged press', () => {
  it('is refused for another person, and with an id that another press has', async () => {
    const id = ulid();
    expect((await world.press('worker.press', 'in', { id })).status).toBe(201);
    expect(codeOf(await world.press('leader', 'in', { id }))).toBe('attendance.key-used');
    expect(codeOf(await world.press('worker.press', 'out', { id }))).toBe('attendance.key-used');
    const other = await world.positions.personOf('E012');
    expect((await world.press('worker.press', 'in', { person: other })).status).toBe(400);
    expect(await world.events(other)).toEqual([]);
    // The account of the test has no person.
    expect(codeOf(await world.press('timekeeper', 'in'))).toBe('attendance.no-person');
  });

  it('never counts in the future, is flagged where its clock is off, and is refused after a week', async () => {
    const ahead = await world.press('buyer', 'in', { ago: -24 * HOUR_MS, sentAgo: -24 * HOUR_MS });
    expect(ahead.body).toMatchObject({ timeFlag: 'clock' });
    expect(Date.parse(String(ahead.body.at))).toBeLessThanOrEqual(Date.now());
    const sentBefore = await world.press('buyer', 'out', { ago: -2 * HOUR_MS });
    expect(sentBefore.body).toMatchObject({ timeFlag: 'clock' });
    expect(Date.parse(String(sentBefore.body.at))).toBeLessThanOrEqual(Date.now());
    const old = await world.press('buyer', 'in', { ago: 8 * 24 * HOUR_MS });
    expect([old.status, codeOf(old)]).toEqual([422, 'attendance.too-old']);
  });
});

describe('the attendance of others', () => {
  it('is hidden from who has no right, and beyond the department of who has', async () => {
    const worker = await world.positions.personOf('E006');
    expect((await world.send('worker.press', 'GET', `/attendance/days?day=${day()}`)).status).toBe(
      403,
    );
    const path = `/attendance/people/${worker}?day=${day()}`;
    expect((await world.send('worker.press', 'GET', path)).status).toBe(403);
    expect((await world.send('leader', 'GET', path)).status).toBe(404);
    expect((await world.send('head.press', 'GET', path)).status).toBe(200);
    const { items } = await world.list('leader', `day=${day()}&limit=200`);
    expect(items.map(({ person }) => person.department.id)).toEqual(items.map(() => 'assembly'));
  });

  it('settings are of who manages them', async () => {
    const body = {
      version: 1,
      timeZone: 'Mars/Base',
      dayStarts: 0,
      phoneLocation: true,
      byPosition: true,
    };
    const path = '/attendance/settings/changzhou-1';
    expect((await world.send('timekeeper', 'PUT', path, body)).status).toBe(400);
    expect((await world.send('head.press', 'PUT', path, { ...body, timeZone: null })).status).toBe(
      403,
    );
  });
});

describe('a request for a missing event', () => {
  const ask = (user: string, more: object = {}) =>
    world.send<CorrectionView>(user, 'POST', '/me/attendance/corrections', {
      direction: 'out',
      at: new Date(Date.now() - 5 * HOUR_MS).toISOString(),
      reason: 'forgotten',
      ...more,
    });
  const decide = (user: string, { id, version }: CorrectionView) =>
    world.send(user, 'POST', `/attendance/corrections/${id}/decision`, {
      version,
      approve: true,
      note: null,
    });

  it('is not decided by the person, by another department, nor twice', async () => {
    const own = (await ask('head.press')).body;
    expect(codeOf(await decide('head.press', own))).toBe('attendance.own');
    expect((await decide('leader', own)).status).toBe(404);
    expect((await decide('worker.press', own)).status).toBe(403);
    expect((await decide('timekeeper', own)).status).toBe(200);
    const now = { ...own, version: own.version + 1 };
    expect(codeOf(await decide('timekeeper', now))).toBe('attendance.decided');
    // What is decided is not withdrawn, and that of another person is not known.
    const path = `/me/attendance/corrections/${own.id}`;
    expect(codeOf(await world.send('head.press', 'DELETE', path))).toBe('attendance.decided');
    expect((await world.send('worker.press', 'DELETE', path)).status).toBe(404);
  });

  it('is refused for times that cannot be', async () => {
    const at = (ms: number) => ({ at: new Date(Date.now() + ms).toISOString() });
    expect(codeOf(await ask('leader', at(HOUR_MS)))).toBe('attendance.when');
    expect(codeOf(await ask('leader', at(-40 * 24 * HOUR_MS)))).toBe('attendance.when');
    const { body } = await ask('leader');
    expect(
      (await world.send('leader', 'DELETE', `/me/attendance/corrections/${body.id}`)).status,
    ).toBe(204);
    expect(codeOf(await decide('timekeeper', { ...body, version: 2 }))).toBe('attendance.decided');
  });
});

describe('the badge of a person', () => {
  it('clocks in no one who refused it, nor before they agreed', async () => {
    const [refused, agreed] = [
      await world.positions.personOf('E009'),
      await world.positions.personOf('E011'),
    ];
    // Followed, but not for attendance.
    await world.agreed(refused, ['badge-tracking'], 3 * HOUR_MS);
    await world.inTenant((tx) =>
      tx.consent.create({
        data: {
          tenantId: 'demo',
          personId: refused,
          purposeId: 'attendance-position',
          noticeVersion: 1,
          scope: [],
          decision: 'refused',
          how: 'desk',
        },
      }),
    );
    await world.agreed(agreed, ['badge-tracking'], 3 * HOUR_MS);
    await world.agreed(agreed, ['attendance-position'], HOUR_MS);
    await world.seen('badge-a2', 'hall', Date.now() - 40_000);
    // Kept as a position, as they agreed to be followed then; for attendance they had not.
    await world.seen('badge-w2', 'hall', Date.now() - 2 * HOUR_MS);
    await world.seen('badge-w2', 'gate', Date.now() - 40_000);
    const seen = () => world.events(agreed);
    await until(async () => (await seen()).length > 0, 'the badge clocked out');
    await world.settled();
    expect((await seen()).map(({ direction }) => direction)).toEqual(['out']);
    expect(await world.events(refused)).toEqual([]);
  });

  it('clocks in no one where the site does not count badges', async () => {
    const person = await world.positions.personOf('E012');
    await world.agreed(person, ['badge-tracking', 'attendance-position'], 3 * HOUR_MS);
    const body = {
      version: 1,
      timeZone: world.zone,
      dayStarts: 240,
      phoneLocation: false,
      byPosition: false,
    };
    const path = '/attendance/settings/changzhou-1';
    expect((await world.send('timekeeper', 'PUT', path, body)).status).toBe(200);
    await world.seen('badge-w3', 'hall', Date.now() - 40_000);
    await world.settled();
    expect(await world.events(person)).toEqual([]);
  });
});
