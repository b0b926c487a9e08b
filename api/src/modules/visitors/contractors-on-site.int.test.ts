import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { visitActs } from '../../testing/visitors.ts';
import { renewDays } from '../attendance/record.ts';
import type { Person } from '../people/schema.ts';

const used = useApi();
const { send, announced, signed, act, inTenant, onSite, makeAccounts } = visitActs(used);
const tenantId = 'demo';
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);

let count = 0;
/** A contractor of the maintenance department, whose host is the fitter. */
async function contractor(kind = 'contractor'): Promise<Person> {
  const hosts = await send<{ items: Person[] }>('matcher', 'GET', '/persons?q=E007');
  const { status, body } = await send<Person>('matcher', 'POST', '/persons', {
    employeeNo: `C3${++count}`,
    name: `外协${count}`,
    departmentId: 'maintenance',
    kind,
    company: '常州建安工程公司',
    hostId: hosts.body.items[0]?.id,
    validUntil: '2027-03-31',
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
/** A clock event by the app, with what attendance makes of it. */
const clocks = (person: string, direction: 'in' | 'out', at: Date) =>
  inTenant(async (tx) => {
    const event = { personId: person, direction, at, site: 'changzhou-1', source: 'app' };
    await tx.clockEvent.create({ data: { tenantId, id: newId(), ...event } });
    await renewDays(tx, tenantId, 'Asia/Shanghai', person, [at]);
  });
/** What a door answered. */
const door = (person: string, decision: string, at: Date) =>
  inTenant(async (tx) =>
    tx.gateDecision.create({
      data: {
        tenantId,
        id: newId(),
        pointId: (await tx.gatePoint.findFirstOrThrow()).id,
        key: newId(),
        digest: '0'.repeat(64),
        kind: 'entry',
        target: 'main-aisle',
        personId: person,
        askedAt: at,
        decidedAt: at,
        decision,
        final: false,
        codes: [],
        reasons: [],
        validUntil: at,
      },
    }),
  );
/** How a person is listed: by which source, or not at all. */
const listed = async ({ id }: { id: string }, user = 'operator') => {
  const { others } = await onSite(user);
  return others.find(({ person }) => person.id === id)?.source ?? null;
};
beforeAll(async () => {
  await makeAccounts();
  await makeUser(used.database, 'other-desk', ['visit:read@department'], { employeeNo: 'E009' });
  await makeUser(used.database, 'host-only', ['visit:read@own'], { employeeNo: 'E007' });
});

describe('contractors on site who were not signed in at the reception', () => {
  it('are those who clocked in, until they clock out', async () => {
    const one = await contractor();
    expect(await listed(one)).toBeNull();
    const before = (await onSite()).counts;
    await clocks(one.id, 'in', ago(2));
    expect(await listed(one)).toBe('clock-in');
    const { others, counts } = await onSite();
    expect(others.find(({ person }) => person.id === one.id)).toMatchObject({
      person: { kind: 'contractor' },
      company: '常州建安工程公司',
      host: { name: '吴维修' },
      department: { id: 'maintenance' },
    });
    expect(counts).toMatchObject({
      all: before.all + 1,
      contractors: before.contractors + 1,
      visitors: before.visitors,
    });
    await clocks(one.id, 'out', ago(1));
    expect(await listed(one)).toBeNull();
  });

  it('are those whom a door let in, until they clock out or 16 hours are over', async () => {
    const [one, refused, old, own] = await Promise.all([
      contractor(),
      contractor(),
      contractor(),
      contractor('employee'),
    ]);
    await door(one.id, 'allow', ago(3));
    await door(refused.id, 'deny', ago(3));
    await door(old.id, 'allow', ago(17));
    await door(own.id, 'allow', ago(3));
    expect(await listed(one)).toBe('gate');
    for (const other of [refused, old, own]) expect(await listed(other)).toBeNull();
    await clocks(one.id, 'in', ago(2));
    expect(await listed(one)).toBe('clock-in');
    await clocks(one.id, 'out', ago(1));
    expect(await listed(one)).toBeNull();
    await door(one.id, 'allow', ago(0.5));
    expect(await listed(one)).toBe('gate');
  });

  it('are listed once: a visit says more, and ends it', async () => {
    const one = await contractor();
    await door(one.id, 'allow', ago(1));
    const { id: host } = (await send<{ items: Person[] }>('matcher', 'GET', '/persons?q=E006')).body
      .items[0]!;
    const visitor = { personId: one.id, visitor: undefined };
    const visit = await announced({ ...visitor, hostId: host }, 'operator');
    const arrived = await act(visit.id, 'arrive', { ...signed(one.name), badge: null });
    expect(arrived.status, JSON.stringify(arrived.body)).toBe(200);
    expect(await listed(one)).toBeNull();
    expect((await onSite()).items.map(({ person }) => person.id)).toContain(one.id);
    await act(visit.id, 'leave', { badgeReturned: true });
    expect(await listed(one)).toBeNull();
  });

  it('are shown within reach alone, and stand in the roll call with how it is known', async () => {
    const one = await contractor();
    await door(one.id, 'allow', ago(1));
    expect(await listed(one, 'other-desk')).toBeNull();
    expect(await listed(one, 'host-only')).toBe('gate');
    const answer = await used.api.get(
      '/api/v1/visits/on-site/export?format=csv&lang=en',
      await used.api.signIn('operator'),
    );
    const line = (await answer.text()).split('\n').find((text) => text.includes(one.name));
    expect(line).toContain('Let in by a door · Main aisle');
  });
});
