import { beforeAll, expect, it } from 'vitest';
import { importer } from '../../testing/imports.ts';
import { matchActs } from '../../testing/match.ts';
import { until } from '../../testing/site.ts';
import { dayIn, newCode, supplierActs } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from '../people/schema.ts';
import type { SupplierView } from './schema.ts';

/** Contractors and the suppliers that send them: linked, judged by the matcher, and listed with what is missing. */
const used = useApi();
const { at, replayed } = matchActs(used);
const { approved, setStatus } = supplierActs(used);
const HALL = { area: 'main-aisle' };
const service = () =>
  approved('service', [['business-licence'], ['safety-production-licence'], ['iso-45001']]);
const send = <Body>(user: string, method: string, path: string, body?: object) =>
  used.api.send<Body>(user, method, path, body);
let count = 0;
async function contractor(more: object): Promise<Person> {
  const { status, body } = await send<Person>('hr', 'POST', '/persons', {
    employeeNo: `SC${++count}`,
    name: `Sent ${count}`,
    departmentId: 'maintenance',
    kind: 'contractor',
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const change = (person: Person, more: object) =>
  send<Person & { code: string }>('hr', 'PATCH', `/persons/${person.id}`, {
    version: person.version,
    ...more,
  });
const changeSupplier = async (of: SupplierView, more: object): Promise<SupplierView> => {
  const { status, body } = await send<SupplierView>('buyer', 'PATCH', `/suppliers/${of.id}`, {
    version: of.version,
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};

beforeAll(async () => {
  const { database } = used;
  await makeUser(database, 'hr', ['person:read@all', 'person:manage@all']);
  await makeUser(database, 'elsewhere', ['match:read@department'], { employeeNo: 'E008' });
});

it('the company of a contractor is a supplier by its id, name or credit code, or words', async () => {
  const supplier = await service();
  const link = { id: supplier.id, name: supplier.name };
  expect(await contractor({ supplierId: supplier.id })).toMatchObject({
    company: supplier.name,
    supplier: link,
  });
  expect((await contractor({ company: supplier.name })).supplier).toEqual(link);
  const byCode = await contractor({ company: supplier.creditCode.toLowerCase() });
  expect(byCode).toMatchObject({ company: supplier.name, supplier: link });
  const words = await contractor({ company: 'Harbour Builders' });
  expect(words).toMatchObject({ company: 'Harbour Builders', supplier: null });
  // Other words end the link, and so does another kind of person.
  const loose = (await change(byCode, { company: 'Elsewhere Ltd' })).body;
  expect(loose).toMatchObject({ company: 'Elsewhere Ltd', supplier: null });
  const again = (await change(loose, { supplierId: supplier.id })).body;
  expect(again.supplier).toEqual(link);
  expect((await change(again, { kind: 'employee', company: null })).body.supplier).toBeNull();
  // No supplier, and a supplier of an employee.
  const wrong = await change(words, { supplierId: words.id });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'person.supplier-unknown']);
  const { status } = await send('hr', 'POST', '/persons', {
    employeeNo: 'SE1',
    name: 'Own',
    departmentId: 'maintenance',
    supplierId: supplier.id,
  });
  expect(status).toBe(422);
});

it('two suppliers of one name are told apart by the code', async () => {
  const one = await service();
  const input = { name: one.name, creditCode: newCode(), kind: 'service' };
  const { body: other } = await send<SupplierView>('buyer', 'POST', '/suppliers', input);
  expect((await contractor({ company: one.name })).supplier).toBeNull();
  expect((await contractor({ company: other.creditCode })).supplier?.id).toBe(other.id);
});

it('an import names the supplier by name or code, and other companies stay words', async () => {
  const supplier = await service();
  const office = importer(used.api, 'hr');
  const headings = ['工号', '姓名', '部门', '类别', '所属单位'];
  const row = (no: string, company: string) => [no, `名 ${no}`, '冲压车间', '承包商', company];
  const first = await office.checked('people', [
    headings,
    row('SI1', supplier.name),
    row('SI2', supplier.creditCode),
    row('SI3', '外地施工队'),
  ]);
  expect(await office.run(first)).toMatchObject({ state: 'done', done: 3 });
  const people = async () =>
    (await send<{ items: Person[] }>('hr', 'GET', '/persons?q=SI&limit=50')).body.items.map(
      ({ employeeNo, company, supplier: of }) => [employeeNo, company, of?.id ?? null],
    );
  expect(await people()).toEqual([
    ['SI1', supplier.name, supplier.id],
    ['SI2', supplier.name, supplier.id],
    ['SI3', '外地施工队', null],
  ]);
  // The code again is no change; the name of the supplier links the third.
  const again = [headings, row('SI2', supplier.creditCode), row('SI3', supplier.name)];
  const update = await office.checked('people', again, undefined, 'update');
  expect(update).toMatchObject({ updates: 1 });
  await office.run(update);
  expect((await people())[2]).toEqual(['SI3', supplier.name, supplier.id]);
});

it('an import links who had the name as words, and keeps the link where it knows the former name', async () => {
  const name = `Later ${newCode()}`;
  const person = await contractor({ company: name, departmentId: 'press-shop' });
  const input = { name, creditCode: newCode(), kind: 'service' };
  const { body: made } = await send<SupplierView>('buyer', 'POST', '/suppliers', input);
  const linkOf = async () =>
    (await send<Person>('hr', 'GET', `/persons/${person.id}`)).body.supplier?.id ?? null;
  expect(await linkOf()).toBeNull();
  const office = importer(used.api, 'hr');
  const headings = ['工号', '姓名', '部门', '类别', '所属单位'];
  const table = [headings, [person.employeeNo, person.name, '冲压车间', '承包商', name]];
  const update = () => office.checked('people', table, undefined, 'update');
  await office.run(await update());
  expect(await linkOf()).toBe(made.id);
  await changeSupplier(made, { name: `${name} Group` });
  await until(
    async () =>
      (await send<Person>('hr', 'GET', `/persons/${person.id}`)).body.company === `${name} Group`,
    'the words follow',
  );
  // The table has the former name still.
  expect(await update()).toMatchObject({ updates: 0 });
});

it('a new name of the supplier is the company of its people', async () => {
  const supplier = await service();
  const person = await contractor({ supplierId: supplier.id });
  await changeSupplier(supplier, { name: 'Renamed Ltd' });
  await until(
    async () =>
      (await send<Person>('hr', 'GET', `/persons/${person.id}`)).body.company === 'Renamed Ltd',
    'the words follow',
  );
});

it('the matcher holds people of a suspended supplier, and refuses those of a blocked one or of an ended contract', async () => {
  let supplier = await service();
  const person = await contractor({ supplierId: supplier.id });
  expect(await at(person, HALL)).toMatchObject({ codes: [] });
  // It ends with the contract.
  supplier = await changeSupplier(supplier, { contractUntil: dayIn(3) });
  const until3 = await at(person, HALL);
  expect(until3.validUntil).toBe(new Date(`${dayIn(4)}T00:00:00+08:00`).toISOString());
  supplier = await changeSupplier(supplier, { contractUntil: dayIn(-1) });
  const over = await at(person, HALL);
  expect(over).toMatchObject({ decision: 'deny', codes: ['contract-over'] });
  supplier = await changeSupplier(supplier, { contractUntil: null });
  supplier = (await setStatus(supplier, 'suspended')).body;
  expect(await at(person, HALL)).toMatchObject({
    decision: 'hold',
    codes: ['supplier-not-approved'],
    reasons: [{ about: { name: { zh: supplier.name } } }],
  });
  supplier = (await setStatus(supplier, 'blocked')).body;
  const blocked = await at(person, HALL);
  expect(blocked).toMatchObject({ decision: 'deny', codes: ['supplier-blocked'] });
  // What was decided replays equal, whatever became of the supplier.
  await setStatus(supplier, 'approved');
  for (const { decisionId } of [until3, over, blocked]) {
    expect((await replayed(decisionId)).replay.equal).toBe(true);
  }
  expect((await at(person, HALL)).codes).toEqual([]);
});

it('who holds a post is matched again when the supplier is blocked', async () => {
  const supplier = await service();
  const { id: postId } = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.post.findFirstOrThrow({ where: { active: true } }),
  );
  const person = await contractor({ supplierId: supplier.id, postId });
  const misfits = async () => {
    const path = '/match/misfits?limit=200';
    const { body } = await send<{
      items: { person: { id: string }; reasons: { code: string }[] }[];
    }>('safety', 'GET', path);
    return body.items
      .filter((one) => one.person.id === person.id)
      .flatMap(({ reasons }) => reasons.map(({ code }) => code));
  };
  await setStatus(supplier, 'blocked');
  await until(async () => (await misfits()).includes('supplier-blocked'), 'the post is misfit');
});

it('the page of the supplier lists its people, who may work until when, and what is missing', async () => {
  let supplier = await service();
  supplier = await changeSupplier(supplier, { contractUntil: dayIn(30) });
  const short = await contractor({ supplierId: supplier.id, validUntil: dayIn(5) });
  const long = await contractor({ supplierId: supplier.id });
  await contractor({ company: 'Harbour Builders' });
  const list = async (user = 'safety', more = '') =>
    (
      await send<{ items: Record<string, unknown>[]; next: string | null }>(
        user,
        'GET',
        `/match/supplier-people?supplier=${supplier.id}${more}`,
      )
    ).body;
  expect((await list()).items).toMatchObject([
    { person: { id: short.id }, lastDay: dayIn(5) },
    { person: { id: long.id }, lastDay: dayIn(30) },
  ]);
  const page = await list('safety', '&limit=1');
  expect(page.next).not.toBeNull();
  expect((await list('safety', `&limit=1&cursor=${page.next}`)).items).toMatchObject([
    { person: { id: long.id } },
  ]);
  await setStatus(supplier, 'suspended');
  const [first] = (await list()).items;
  expect(first).toMatchObject({
    allowed: 0,
    missing: expect.arrayContaining([
      expect.objectContaining({
        en: `The supplier that sends the person is suspended or not approved yet: ${supplier.name}`,
      }),
    ]),
  });
  expect((await list('elsewhere')).items).toEqual([]);
  const { items } = (
    await send<{ items: Person[] }>('hr', 'GET', `/persons?supplier=${supplier.id}`)
  ).body;
  expect(items.map(({ id }) => id).sort()).toEqual([short.id, long.id].sort());
});
