import { beforeAll, expect, it } from 'vitest';
import { obligationActs } from '../../testing/obligations.ts';
import { until } from '../../testing/site.ts';
import { dayIn, newCode, supplierActs } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from '../people/schema.ts';
import type { SupplierView } from './schema.ts';

/** The end of a contract with a supplier, and of the time of a contractor: told before it comes. */
const used = useApi();
const { casesOf, noticesOf, look } = obligationActs(used);
const { setStatus } = supplierActs(used);
const send = <Body>(user: string, method: string, path: string, body?: object) =>
  used.api.send<Body>(user, method, path, body);
const idOf = async (username: string) =>
  used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const { id } = await tx.appUser.findFirstOrThrow({ where: { username } });
    return id;
  });
/** The open case of a subject. */
const caseOf = async (kind: string, subject: string) =>
  (await casesOf('watcher', `kind=${kind}`)).find((one) => one.subject.id === subject);
const becomes = (kind: string, subject: string, dueOn: string | null) =>
  until(
    async () => ((await caseOf(kind, subject))?.dueOn ?? null) === dueOn,
    `${kind} is due on ${dueOn}`,
  );
const toldOf = async (id: string) =>
  (await noticesOf(id)).map(({ title, recipients }) => ({
    title: title.en,
    to: recipients.map(({ userId }) => userId),
  }));

beforeAll(async () => {
  const { database } = used;
  await makeUser(database, 'hr', ['person:read@all', 'person:manage@all']);
  await makeUser(database, 'watcher', [
    'person:read@all',
    'supplier:read@all',
    'obligation:read@all',
  ]);
  await makeUser(database, 'host', [], { employeeNo: 'E008' });
});

it('the contract of a supplier is told a month before it ends, moves with it, and ends with the renewed one', async () => {
  const input = { name: 'Contract ends', creditCode: newCode(), kind: 'service' };
  const made = await send<SupplierView>('buyer', 'POST', '/suppliers', {
    ...input,
    contractUntil: dayIn(40),
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { id } = made.body;
  await becomes('supplier-contract', id, dayIn(40));
  const first = (await caseOf('supplier-contract', id))!;
  await look();
  expect(await toldOf(first.id)).toEqual([]);
  const changed = await send<SupplierView>('buyer', 'PATCH', `/suppliers/${id}`, {
    version: made.body.version,
    contractUntil: dayIn(20),
  });
  expect(changed.status).toBe(200);
  await becomes('supplier-contract', id, dayIn(20));
  await look();
  const told = await toldOf(first.id);
  expect(told.at(-1)?.title).toBe('Contract ends: the contract ends soon');
  expect(told.at(-1)?.to).toContain(await idOf('buyer'));
  const renewed = await send<SupplierView>('buyer', 'PATCH', `/suppliers/${id}`, {
    version: changed.body.version,
    contractUntil: dayIn(400),
  });
  await becomes('supplier-contract', id, dayIn(400));
  expect((await caseOf('supplier-contract', id))?.id).not.toBe(first.id);
  expect((await setStatus(renewed.body, 'blocked')).status).toBe(200);
  await becomes('supplier-contract', id, null);
});

it('the last day of a contractor is told to the host before it comes, and ends with the leaving', async () => {
  const [host] = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.person.findMany({ where: { employeeNo: 'E008' } }),
  );
  const { status, body } = await send<Person>('hr', 'POST', '/persons', {
    employeeNo: 'CE1',
    name: '到期人',
    departmentId: 'maintenance',
    kind: 'contractor',
    company: '外协单位',
    hostId: host?.id,
    validUntil: dayIn(10),
  });
  expect(status, JSON.stringify(body)).toBe(201);
  await becomes('contractor-end', body.id, dayIn(10));
  const one = (await caseOf('contractor-end', body.id))!;
  await look();
  const told = await toldOf(one.id);
  expect(told.map(({ title }) => title)).toEqual(['Contractor 到期人: the last day is near']);
  expect(told[0]?.to).toEqual([await idOf('host')]);
  // Without a host it is for those who manage the file.
  const changed = await send<Person>('hr', 'PATCH', `/persons/${body.id}`, {
    version: body.version,
    hostId: null,
    validUntil: dayIn(12),
  });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  await becomes('contractor-end', body.id, dayIn(12));
  await look();
  const next = (await caseOf('contractor-end', body.id))!;
  expect((await toldOf(next.id)).at(-1)?.to).toContain(await idOf('hr'));
  const left = await send('hr', 'POST', `/persons/${body.id}/leave`, { on: dayIn(0) });
  expect(left.status, JSON.stringify(left.body)).toBe(200);
  await becomes('contractor-end', body.id, null);
});

it('the demonstration has one, an employee has none', async () => {
  const names = async () =>
    (await casesOf('watcher', 'kind=contractor-end')).map(({ subject }) => subject.name.zh);
  await until(
    async () => (await names()).includes('马外修'),
    'the contractor of the demonstration',
  );
  expect((await names()).filter((name) => name.includes('卫装配'))).toEqual([]);
});
