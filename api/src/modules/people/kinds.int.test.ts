import { beforeAll, expect, it } from 'vitest';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from './schema.ts';

type People = { items: Person[] };
const used = useApi();
const send = <Body = Person>(method: string, path: string, body?: object) =>
  used.api.send<Body>('hr', method, path, body);
beforeAll(() => makeUser(used.database, 'hr', ['person:read@all', 'person:manage@all']));

async function personOf(employeeNo: string): Promise<Person> {
  const [found] = (await send<People>('GET', `/persons?q=${employeeNo}`)).body.items;
  if (!found) throw new Error(`no ${employeeNo}`);
  return found;
}

it('[PER-01] people are employees, contractors, visitors or trainees, with company, host and last day, which the history keeps', async () => {
  const host = await personOf('E005');
  const body = {
    employeeNo: 'C200',
    name: '高外协',
    departmentId: 'maintenance',
    kind: 'contractor',
    company: '常州建安工程公司',
    hostId: host.id,
    validUntil: '2027-03-31',
  };
  const made = await send('POST', '/persons', body);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    kind: 'contractor',
    company: '常州建安工程公司',
    host: { id: host.id, name: host.name },
    validUntil: '2027-03-31',
  });
  expect(host).toMatchObject({ kind: 'employee', company: null, host: null, validUntil: null });
  const listed = (await send<People>('GET', '/persons?kind=contractor,visitor')).body.items;
  expect(listed.map((one) => one.employeeNo)).toContain('C200');
  expect(listed.every((one) => one.kind !== 'employee')).toBe(true);
  const path = `/persons/${made.body.id}`;
  const changed = await send('PATCH', path, { version: 1, validUntil: '2027-04-30' });
  expect(changed.body).toMatchObject({ validUntil: '2027-04-30', company: '常州建安工程公司' });
  const { items } = (await send<{ items: object[] }>('GET', `${path}/history`)).body;
  expect(items).toContainEqual(
    expect.objectContaining({ field: 'validUntil', before: '2027-03-31', after: '2027-04-30' }),
  );
  // A visitor has a last day; the host is an active person who is no visitor, and not oneself.
  const visitor = { kind: 'visitor', validUntil: null };
  expect((await send('PATCH', path, { version: 2, ...visitor })).body.code).toBe(
    'person.visitor-needs-end',
  );
  for (const hostId of [made.body.id, '01KSZ0000000000000000000AA']) {
    const refused = await send('PATCH', path, { version: 2, hostId });
    expect([refused.status, refused.body.code]).toEqual([422, 'person.host-unknown']);
  }
});

it('the demonstration has a contractor whose stay ends soon, and a trainee', async () => {
  const { items } = (await send<People>('GET', '/persons?kind=contractor,trainee')).body;
  const demo = items.filter(({ source }) => source.system === 'demo');
  expect(demo).toMatchObject([
    {
      employeeNo: 'C001',
      kind: 'contractor',
      company: '武进设备检修有限公司',
      host: { name: '吴维修' },
      validUntil: expect.any(String),
    },
    { employeeNo: 'T001', kind: 'trainee', company: null, host: { name: '冯仓管' } },
  ]);
  // The personnel system said when the contractor leaves.
  const steps = await send<{ items: { id: string; kind: string; day: string; system: string }[] }>(
    'GET',
    `/persons/${demo[0]?.id}/steps`,
  );
  expect(steps.body.items).toMatchObject([
    { kind: 'leave', day: demo[0]?.validUntil, system: 'hr-demo' },
  ]);
  const taken = await send('DELETE', `/persons/${demo[0]?.id}/steps/${steps.body.items[0]?.id}`);
  expect(taken.body).toMatchObject({ code: 'person.step-stated' });
});
