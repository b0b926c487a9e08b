import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttendanceWorld, openAttendance } from '../../testing/attendance.ts';
import { until } from '../../testing/site.ts';
import type { CorrectionView } from './schema.ts';

const HOUR_MS = 3_600_000;
const TRACKED = ['badge-tracking', 'attendance-position'];
let world: AttendanceWorld;
beforeAll(async () => {
  world = await openAttendance();
});
afterAll(() => world?.positions.stop());
const today = () => world.today();
const stateOf = async (employeeNo: string, user = 'timekeeper') =>
  (await world.list(user, `day=${today()}&q=${employeeNo}`)).items[0];

describe('[ATT-03] clocking in by the app', () => {
  it('is one press, which counts once however often it is sent', async () => {
    const id = ulid();
    const first = await world.press('worker.press', 'in', { id });
    expect(first).toMatchObject({
      status: 201,
      body: { source: 'app', timeFlag: null, repeated: false },
    });
    expect(await world.press('worker.press', 'in', { id })).toMatchObject({
      status: 200,
      body: { id, repeated: true },
    });
    // Pressed again within the minute.
    expect(await world.press('worker.press', 'in')).toMatchObject({ status: 200, body: { id } });
    expect(await world.own('worker.press')).toMatchObject({ present: true, today: today() });
    expect(await stateOf('E006')).toMatchObject({ state: 'in', sources: ['app'] });
  });

  it('counts offline from when it was pressed, and flags a clock that is off', async () => {
    const waited = await world.press('leader', 'in', { ago: 2 * HOUR_MS });
    expect(waited.body).toMatchObject({ timeFlag: 'waited', evidence: { waitedSeconds: 7200 } });
    const off = await world.press('leader', 'out', { ago: 50 * HOUR_MS, sentAgo: 49 * HOUR_MS });
    expect(off.body).toMatchObject({ timeFlag: 'clock' });
    const age = Date.now() - Date.parse(String(off.body.at));
    expect(age).toBeGreaterThan(HOUR_MS - 1_000);
    expect(age).toBeLessThan(HOUR_MS + 60_000);
    expect(await stateOf('E012')).toMatchObject({
      state: 'done',
      flagged: true,
      presentMinutes: 60,
    });
  });

  it('keeps the location of the phone only where the site asks and the person agreed', async () => {
    const place = { latitude: 31.772345, longitude: 119.953456, accuracy: 12 };
    const press = (direction: 'in' | 'out') => world.press('buyer', direction, { place });
    expect((await press('in')).body).toMatchObject({ placeKept: false });
    const setting = { timeZone: world.zone, dayStarts: 240, phoneLocation: true, byPosition: true };
    const path = '/attendance/settings/changzhou-1';
    const saved = await world.send('timekeeper', 'PUT', path, { ...setting, version: 1 });
    expect(saved).toMatchObject({ status: 200, body: { phoneLocation: true, version: 2 } });
    expect((await world.own('buyer')).phone).toEqual({ asked: true, agreed: false });
    const person = await world.positions.personOf('E008');
    await world.positions.consent(person, 'attendance-phone', 'given');
    const kept = await press('out');
    expect(kept.body).toMatchObject({
      placeKept: true,
      evidence: { phone: { latitude: 31.7723 } },
    });
    await world.positions.consent(person, 'attendance-phone', 'withdrawn');
    for (const { evidence } of await world.events(person))
      expect(evidence).not.toHaveProperty('phone');
  });

  it('does not keep the location of a press that meets a withdrawal', async () => {
    const person = await world.positions.personOf('E008');
    await world.positions.consent(person, 'attendance-phone', 'given');
    const place = { latitude: 31.77, longitude: 119.95, accuracy: 12 };
    let isAnswered = false;
    const pressed = await world.inTenant(async (tx) => {
      await tx.$queryRaw`SELECT id FROM person WHERE id = ${person} FOR NO KEY UPDATE`;
      const pressing = world.press('buyer', 'out', { place, ago: HOUR_MS / 6 }).finally(() => {
        isAnswered = true;
      });
      await until(async () => {
        const waiting = await tx.$queryRaw<object[]>`SELECT 1 FROM pg_locks WHERE NOT granted`;
        return isAnswered || waiting.length > 0;
      }, 'the press waits, or was not held');
      const newest = await tx.consent.findFirstOrThrow({
        where: { personId: person, purposeId: 'attendance-phone' },
        orderBy: { seq: 'desc' },
      });
      const { seq: _, at: __, scope, ...answer } = newest;
      await tx.consent.create({ data: { ...answer, scope, decision: 'withdrawn' } });
      return { pressing };
    });
    expect((await pressed.pressing).body).toMatchObject({ repeated: false, placeKept: false });
  });
});

describe('[ATT-03] clocking in by position', () => {
  it('takes a badge in at the first position and out at the way out, one presence with the app', async () => {
    const person = await world.positions.personOf('E011');
    await world.agreed(person, TRACKED, 2 * HOUR_MS);
    const begin = Date.now() - 50_000;
    await world.seen('badge-w2', 'hall', begin);
    await until(async () => (await world.events(person)).length === 1, 'the badge clocked in');
    expect(await stateOf('E011')).toMatchObject({ state: 'in', sources: ['position'] });
    await world.seen('badge-w2', 'hall', begin + 5_000);
    await world.seen('badge-w2', 'gate', begin + 20_000);
    await until(async () => (await world.events(person)).length === 2, 'the badge clocked out');
    const { body } = await world.send<{ day: unknown }>(
      'timekeeper',
      'GET',
      `/attendance/people/${person}?day=${today()}`,
    );
    expect(body.day).toMatchObject({
      state: 'done',
      events: [
        { direction: 'in', source: 'position', device: 'hall' },
        { direction: 'out', source: 'position', device: 'gate', evidence: { how: 'way-out' } },
      ],
    });
  });

  it('puts a late position in order', async () => {
    const person = await world.positions.personOf('E011');
    const [first] = await world.events(person);
    const earlier = new Date((first?.at.getTime() ?? 0) - HOUR_MS);
    await world.seen('badge-w2', 'hall', earlier.getTime());
    await until(
      async () => (await world.events(person))[0]?.at.getTime() === earlier.getTime(),
      'the time in moved',
    );
    expect(await world.events(person)).toHaveLength(2);
    expect((await stateOf('E011'))?.presentMinutes).toBeGreaterThanOrEqual(60);
  });

  it('adds a way out that came late, with the way back, before a way out that is known', async () => {
    const person = await world.positions.personOf('E011');
    const [first, last] = await world.events(person);
    const [from, end] = [first, last].map((event) => event?.at.getTime() ?? 0);
    const out = (from as number) + HOUR_MS / 2;
    await world.seen('badge-w2', 'gate', out);
    await until(async () => (await world.events(person)).length > 2, 'the way out was added');
    const events = await world.events(person);
    expect(events.map(({ direction }) => direction)).toEqual(['in', 'out', 'in', 'out']);
    expect(events[1]?.at.getTime()).toBe(out);
    expect(events[3]?.at.getTime()).toBe(end);
    expect(await stateOf('E011')).toMatchObject({ state: 'done', missingIn: 0, missingOut: 0 });
  });

  it('does not move a time in to a late position of the evening before', async () => {
    const person = await world.positions.personOf('E005');
    await world.inTenant((tx) =>
      tx.badge.create({
        data: {
          tenantId: 'demo',
          id: ulid(),
          badge: 'badge-evening',
          personId: person,
          since: new Date(Date.now() - 72 * HOUR_MS),
        },
      }),
    );
    await world.agreed(person, TRACKED, 48 * HOUR_MS);
    const [evening, morning] = [Date.now() - 14 * HOUR_MS, Date.now() - 30_000];
    await world.seen('badge-evening', 'hall', morning);
    await until(async () => (await world.events(person)).length === 1, 'the badge clocked in');
    await world.seen('badge-evening', 'hall', evening);
    await world.settled();
    expect((await world.events(person)).map(({ at }) => at.getTime())).toEqual([evening, morning]);
  });

  it('stops with the consent at once, and keeps the times without place and badge', async () => {
    const person = await world.positions.personOf('E011');
    await world.positions.consent(person, 'attendance-position', 'withdrawn');
    const kept = await world.events(person);
    expect(kept.map(({ badge, device }) => [badge, device])).toEqual(
      Array.from({ length: 4 }, () => [null, null]),
    );
    await world.seen('badge-w2', 'hall', Date.now());
    await world.settled();
    expect(await world.events(person)).toHaveLength(4);
  });

  it('moves with a binding that was wrong, to the person who agreed', async () => {
    const [wrong, right] = [
      await world.positions.personOf('E012'),
      await world.positions.personOf('E010'),
    ];
    await world.agreed(wrong, TRACKED, 2 * HOUR_MS);
    await world.agreed(right, TRACKED, 2 * HOUR_MS);
    await world.seen('badge-w3', 'hall', Date.now() - 30_000);
    const ofBadge = async (person: string) =>
      (await world.events(person)).filter(({ badge }) => badge === 'badge-w3').length;
    await until(async () => (await ofBadge(wrong)) === 1, 'the badge clocked in');
    // An earlier wearer, who answered another notice since: the correction is not about them.
    const earlier = await world.positions.personOf('E007');
    await world.agreed(earlier, TRACKED, HOUR_MS);
    const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
    await world.inTenant(async (tx) => {
      const common = { tenantId: 'demo', personId: earlier, badge: 'badge-w3' };
      await tx.badge.create({
        data: { ...common, id: ulid(), since: ago(240), until: ago(200) },
      });
      await tx.clockEvent.create({
        data: {
          ...common,
          id: ulid(),
          site: 'changzhou-1',
          source: 'position',
          direction: 'in',
          at: ago(220),
        },
      });
    });
    const binding = await world.inTenant((tx) =>
      tx.badge.findFirstOrThrow({ where: { badge: 'badge-w3', until: null } }),
    );
    const asked = { binding: binding.id, person: right, from: null, to: null };
    const path = '/badge-corrections';
    const seen = await world.send<{ digest: string }>(
      'corrector',
      'POST',
      `${path}/preview`,
      asked,
    );
    const body = { ...asked, reason: 'mixed up at the desk', digest: seen.body.digest };
    const done = await world.send('corrector', 'POST', path, body);
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    await until(async () => (await ofBadge(right)) === 1, 'the event moved');
    expect(await ofBadge(wrong)).toBe(0);
    expect(await ofBadge(earlier)).toBe(1);
    expect(await stateOf('E010')).toMatchObject({ state: 'in', sources: ['position'] });
  });
});

describe('a missing event', () => {
  it('is asked for by the person and decided by the head, who is told, as the person is', async () => {
    const at = new Date(Date.now() - 10 * HOUR_MS).toISOString();
    const asked = await world.send<CorrectionView>('buyer', 'POST', '/me/attendance/corrections', {
      direction: 'in',
      at,
      reason: 'the phone was empty',
    });
    expect(asked).toMatchObject({ status: 201, body: { state: 'open', mayDecide: false } });
    const { id, version } = asked.body;
    const again = { direction: 'in', at, reason: 'again' };
    expect(await world.send('buyer', 'POST', '/me/attendance/corrections', again)).toMatchObject({
      status: 409,
      body: { code: 'attendance.asked-already' },
    });
    const notices = await world.send<{ items: { link: string | null }[] }>(
      'timekeeper',
      'GET',
      '/notices',
    );
    expect(notices.body.items.map(({ link }) => link)).toContain(`/attendance/corrections/${id}`);
    const refusal = { version, approve: false, note: null };
    expect(
      (await world.send('timekeeper', 'POST', `/attendance/corrections/${id}/decision`, refusal))
        .status,
    ).toBe(400);
    const decided = await world.send(
      'timekeeper',
      'POST',
      `/attendance/corrections/${id}/decision`,
      {
        version,
        approve: true,
        note: null,
      },
    );
    expect(decided).toMatchObject({ status: 200, body: { state: 'approved' } });
    const own = await world.own('buyer');
    expect(own.days.flatMap(({ sources }) => sources)).toContain('correction');
    const told = await world.send<{ items: { link: string | null }[] }>('buyer', 'GET', '/notices');
    expect(told.body.items.map(({ link }) => link)).toContain(`/me/attendance/${id}`);
  });
});

describe('the list of a day', () => {
  it('[ATT-03] says of each person within reach who is in, who did not clock, and what is missing', async () => {
    const all = await world.list('timekeeper', `day=${today()}`);
    expect(all.counts.in).toBeGreaterThan(0);
    expect(all.counts['not-clocked']).toBeGreaterThan(0);
    // A visitor is not expected to clock in.
    expect(all.items.filter(({ person }) => person.employeeNo.startsWith('V-'))).toEqual([]);
    const first = await world.list('timekeeper', `day=${today()}&limit=5`);
    const rest = await world.list('timekeeper', `day=${today()}&limit=200&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map(({ person }) => person.id)).toEqual(
      all.items.map(({ person }) => person.id),
    );
    const only = await world.list('timekeeper', `day=${today()}&state=not-clocked`);
    expect(only.items).toHaveLength(all.counts['not-clocked']);
    const headers = await world.api.signIn('timekeeper');
    const path = `/api/v1/attendance/days/export?day=${today()}&format=csv&lang=en`;
    const lines = (await (await world.api.get(path, headers)).text()).trim().split('\n');
    expect(lines).toHaveLength(all.items.length + 1);
    expect(lines[0]).toContain('Employee number');
  });
});
