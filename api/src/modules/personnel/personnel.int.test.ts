import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn } from '../../platform/obligations/schedule.ts';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { until } from '../../testing/site.ts';

let world: AccountSite;
let hr: TestDevice;
let head: Who;
const { sql, named, me, makeUser, socketOf } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  hr = await makeDevice(world.api, 'personnel', 'hr-one');
  head = await world.api.signIn('safety.head');
});
afterAll(() => world?.stop());

interface Taken {
  id: string;
  state: string;
  changes: string[];
  person: string | null;
  code?: string;
}
let clock = Date.now() - 3_600_000;
/** The next instant of the personnel system. */
function next(): string {
  clock += 1_000;
  return new Date(clock).toISOString();
}
const statement = (more: object) => ({
  at: next(),
  employeeNo: 'H100',
  name: '何新',
  department: 'assembly',
  status: 'active',
  ...more,
});
async function put(externalId: string, body: object, by = hr): Promise<[number, Taken]> {
  const answer = await fetch(
    `${world.api.url}/api/v1/ingest/persons/${encodeURIComponent(externalId)}`,
    {
      method: 'PUT',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  );
  return [answer.status, (await answer.json()) as Taken];
}
const personOf = async (employeeNo: string) =>
  (
    await sql<{ id: string; name: string; department_id: string; status: string }>(
      'SELECT id, name, department_id, status FROM person WHERE employee_no = $1',
      [employeeNo],
    )
  )[0];
/** A person with an account, as the personnel system calls them. */
async function colleague(roles: string[], externalId: string) {
  const user = await makeUser(roles, { department: 'assembly' });
  const [row] = await sql<{ employee_no: string; name: string }>(
    'SELECT employee_no, name FROM person WHERE id = $1',
    [user.personId],
  );
  const of = { employeeNo: row!.employee_no, name: row!.name };
  const [status, linked] = await put(externalId, statement(of));
  expect([status, linked.changes]).toEqual([200, ['linked']]);
  return { user, of };
}

describe('[PER-10] a statement of the personnel system', () => {
  it('moves a person: rights of the old post end at once', async () => {
    const { user, of } = await colleague(['team-leader', 'worker'], 'HR-1');
    expect((await world.api.get('/api/v1/persons', user.who)).status).toBe(200);
    const [, moved] = await put('HR-1', statement({ ...of, department: '仓储部' }));
    expect(moved).toMatchObject({ state: 'applied', changes: ['moved'], person: user.personId });
    await until(
      async () => (await world.api.get('/api/v1/persons', user.who)).status === 403,
      'the right is gone',
    );
    expect((await named(user.username)).roles).toEqual(['worker']);
  });

  it('ends sessions and sockets of who leaves, and takes their badges', async () => {
    const { user, of } = await colleague(['operator'], 'HR-2');
    await world.api.post(
      `/api/v1/persons/${user.personId}/badges`,
      { badge: 'badge-of-hr-2' },
      head,
    );
    const socket = await socketOf(user.who, ['violations']);
    const [, left] = await put('HR-2', statement({ ...of, status: 'left' }));
    expect(left.changes).toEqual(['left']);
    expect(await socket.closed()).toBe(4401);
    expect(await me(user.who)).toBe(401);
    const [badge] = await sql<{ until: Date | null }>(
      "SELECT until FROM badge WHERE badge = 'badge-of-hr-2'",
    );
    expect(badge?.until).not.toBeNull();
    const [, back] = await put('HR-2', statement(of));
    expect(back.changes).toEqual(['returned']);
    // Accounts are granted again by a person.
    expect(await named(user.username)).toMatchObject({ active: false, roles: [] });
  });

  it('waits for its day, and a newer one takes its place', async () => {
    const { user, of } = await colleague(['team-leader', 'worker'], 'HR-3');
    const zone = world.api.settings.timeZone;
    const today = dayIn(new Date(), zone);
    const tomorrow = dayIn(new Date(Date.now() + 86_400_000), zone);
    const leaving = statement({ ...of, status: 'left', effectiveOn: today });
    const [, waits] = await put('HR-3', leaving);
    expect(waits).toMatchObject({ state: 'planned', changes: [] });
    expect(await me(user.who)).toBe(200);
    const [, moves] = await put(
      'HR-3',
      statement({ ...of, department: 'warehouse', effectiveOn: tomorrow }),
    );
    expect(moves.state).toBe('planned');
    const states = () =>
      sql<{ state: string }>(
        "SELECT state FROM personnel_statement WHERE external_id = 'HR-3' ORDER BY stated_at",
      );
    expect((await states()).map(({ state }) => state)).toEqual(['applied', 'outdated', 'planned']);
    const steps = () =>
      sql<{ kind: string; state: string; system: string }>(
        'SELECT kind, state, system FROM person_step WHERE person_id = $1 ORDER BY acts_on, kind',
        [user.personId],
      );
    expect(await steps()).toEqual([
      { kind: 'leave', state: 'taken-back', system: 'hr-one' },
      { kind: 'move', state: 'planned', system: 'hr-one' },
    ]);
    // The day comes.
    await sql(
      "UPDATE personnel_statement SET effective_on = current_date - 1, statement = jsonb_set(statement, '{effectiveOn}', to_jsonb((current_date - 1)::text)) WHERE id = $1",
      [moves.id],
    );
    await sql('UPDATE person_step SET acts_on = current_date - 1 WHERE statement_id = $1', [
      moves.id,
    ]);
    await until(
      async () => (await personOf(of.employeeNo))?.department_id === 'warehouse',
      'the planned move is made',
    );
    expect((await states()).at(-1)?.state).toBe('applied');
    expect((await named(user.username)).roles).toEqual(['worker']);
    expect((await steps()).map(({ state }) => state).toSorted()).toEqual(['done', 'taken-back']);
  });

  it('is taken once, and an older one changes nothing', async () => {
    const first = statement({ employeeNo: 'H200', name: '何一' });
    const [status, joined] = await put('HR-4', first);
    expect([status, joined.changes]).toEqual([200, ['joined']]);
    expect(await put('HR-4', first)).toEqual([200, joined]);
    const older = {
      ...first,
      at: new Date(Date.parse(first.at) - 1).toISOString(),
      status: 'left',
    };
    expect((await put('HR-4', older))[1]).toMatchObject({ state: 'outdated', changes: [] });
    expect((await personOf('H200'))?.status).toBe('active');
    const [conflict, other] = await put('HR-4', { ...first, status: 'left' });
    expect([conflict, other.code]).toEqual([409, 'personnel.same-instant']);
    const ahead = { ...first, at: new Date(Date.now() + 600_000).toISOString() };
    expect((await put('HR-4', ahead))[1].code).toBe('personnel.ahead');
    const people = await sql("SELECT 1 FROM person WHERE employee_no = 'H200'");
    expect(people).toHaveLength(1);
  });

  it('ends rights at leaving whatever else it says, and needs one id in a system', async () => {
    const { user, of } = await colleague(['operator'], 'HR-6');
    const [, left] = await put(
      'HR-6',
      statement({ ...of, name: '改名', department: '已撤销的车间', status: 'left' }),
    );
    expect(left.changes).toEqual(['left']);
    expect(await me(user.who)).toBe(401);
    // A rehiring under a new id: the old one goes on saying that they left.
    const again = statement(of);
    expect((await put('HR-6b', again))[1].code).toBe('personnel.other-id');
    const [alias] = await sql<{ id: string }>(
      "SELECT id FROM person_alias WHERE external_id = 'HR-6'",
    );
    const path = `/api/v1/persons/${user.personId}/aliases/${alias?.id}`;
    const gone = await fetch(`${world.api.url}${path}`, { method: 'DELETE', headers: head });
    expect(gone.status).toBe(204);
    expect((await put('HR-6b', again))[1].changes).toEqual(['linked', 'returned']);
    expect((await put('HR-6', statement({ ...of, status: 'left' })))[1].code).toBe(
      'personnel.other-id',
    );
    expect((await personOf(of.employeeNo))?.status).toBe('active');
  });

  it('keeps the post where it states none, also one that is out of use', async () => {
    const { user, of } = await colleague(['worker'], 'HR-7');
    await sql(
      `UPDATE person SET post_id = p.id, post = p.name FROM post p WHERE person.id = $1 AND p.code = 'ZZ-01'`,
      [user.personId],
    );
    await sql("UPDATE post SET active = false WHERE code = 'ZZ-01'");
    expect((await put('HR-7', statement(of)))[1].changes).toEqual([]);
    await sql("UPDATE post SET active = true WHERE code = 'ZZ-01'");
    expect((await put('HR-7', statement({ ...of, post: null })))[1].changes).toEqual(['moved']);
  });

  it('is kept and told where a person has to look, and can be tried again', async () => {
    const given = statement({ employeeNo: 'H300', name: '何二', department: '喷漆车间' });
    const [status, refused] = await put('HR-5', given);
    expect([status, refused.code]).toEqual([422, 'personnel.department-unknown']);
    expect(await personOf('H300')).toBeUndefined();
    const list = async () =>
      (await (
        await world.api.get('/api/v1/personnel-statements?state=refused&q=何二', head)
      ).json()) as { items: { id: string; detail: string }[]; refused: number };
    const [row] = (await list()).items;
    expect(row?.detail).toContain('喷漆车间');
    const notices = await sql<{ link: string }>(
      "SELECT link FROM notice WHERE kind = 'personnel.refused'",
    );
    expect(notices[0]?.link).toBe('/admin/personnel?state=refused');
    const retry = () => world.api.post(`/api/v1/personnel-statements/${row?.id}/retry`, {}, head);
    expect((await retry()).status).toBe(422);
    await sql(
      `INSERT INTO department (tenant_id, id, name, kind) VALUES ('demo', 'paint', '{"zh":"喷漆车间","en":"Paint shop"}', 'production')`,
    );
    expect(await (await retry()).json()).toMatchObject({ state: 'applied', changes: ['joined'] });
    expect((await personOf('H300'))?.department_id).toBe('paint');
    expect((await retry()).status).toBe(409);
  });
});

describe('[PER-10] a system of contractors', () => {
  const today = () => dayIn(new Date(), world.api.settings.timeZone);
  const fileOf = async (person: string | null) =>
    (await (await world.api.get(`/api/v1/persons/${person}`, head)).json()) as {
      kind: string;
      company: string | null;
      host: { name: string } | null;
      validUntil: string | null;
      version: number;
    };
  const refusedRows = async (name: string) => {
    const query = `state=refused&q=${encodeURIComponent(name)}`;
    const answer = await world.api.get(`/api/v1/personnel-statements?${query}`, head);
    return ((await answer.json()) as { items: { problem: string }[] }).items;
  };

  it('states kind, company, host and last day, and they stay where it leaves them out', async () => {
    const of = { employeeNo: 'C100', name: '包工一' };
    const terms = { kind: 'contractor', company: '常州建安', host: 'E007', validUntil: today() };
    const [, joined] = await put('K-1', statement({ ...of, ...terms }));
    expect(joined.changes).toEqual(['joined']);
    const file = await fileOf(joined.person);
    expect(file).toMatchObject({
      kind: 'contractor',
      company: '常州建安',
      host: { name: '吴维修' },
      validUntil: today(),
    });
    expect((await put('K-1', statement(of)))[1].changes).toEqual([]);
    expect(await fileOf(joined.person)).toMatchObject({ kind: 'contractor', company: '常州建安' });
    const later = dayIn(new Date(Date.now() + 40 * 86_400_000), world.api.settings.timeZone);
    const longer = statement({ ...of, ...terms, validUntil: later });
    expect((await put('K-1', longer))[1].changes).toEqual(['terms']);
    expect(await fileOf(joined.person)).toMatchObject({ validUntil: later });
    const [, own] = await put('K-2', statement({ employeeNo: 'C101', name: '自有一' }));
    expect(await fileOf(own.person)).toMatchObject({ kind: 'employee', company: null });
    const [, hosted] = await put(
      'K-3',
      statement({ employeeNo: 'C102', name: '包工二', kind: 'contractor', host: 'K-2' }),
    );
    expect(await fileOf(hosted.person)).toMatchObject({ host: { name: '自有一' } });
  });

  it.each([
    [{ kind: 'boss' }, 400, 'request.invalid', 0],
    [{ kind: 'visitor' }, 400, 'request.invalid', 0],
    [{ kind: 'contractor', validUntil: '2026-02-30' }, 400, 'request.invalid', 0],
    [{ kind: 'contractor', host: 'E-none' }, 422, 'personnel.host-unknown', 1],
    [{ kind: 'contractor', validUntil: '2026-01-31' }, 422, 'personnel.valid-until-past', 1],
  ])('is refused with %j, and makes no file', async (more, status, code, rows) => {
    const name = `拒绝${JSON.stringify(more).length}`;
    const given = statement({ employeeNo: 'C900', name, ...more });
    const [answered, body] = await put(`K-9${JSON.stringify(more).length}`, given);
    expect([answered, body.code]).toEqual([status, code]);
    expect(await personOf('C900')).toBeUndefined();
    expect((await refusedRows(name)).length).toBe(rows);
  });

  it('may repeat a last day that came, and a host who left is refused', async () => {
    const of = { employeeNo: 'C110', name: '包工三', kind: 'contractor', validUntil: today() };
    const [, joined] = await put('K-5', statement(of));
    await sql('UPDATE person SET valid_until = $2 WHERE id = $1', [joined.person, '2026-01-31']);
    const repeated = statement({ ...of, validUntil: '2026-01-31' });
    expect((await put('K-5', repeated))[1].changes).toEqual([]);
    const { of: gone } = await colleague(['worker'], 'K-6');
    await put('K-6', statement({ ...gone, status: 'left' }));
    const hosted = statement({ ...of, host: gone.employeeNo });
    expect((await put('K-5', hosted))[1].code).toBe('person.host-unknown');
  });
});

describe('[INT-11] one person code', () => {
  it('has an id in each system, and each leads to the same file', async () => {
    const other = await makeDevice(world.api, 'personnel', 'payroll');
    const given = { employeeNo: 'H400', name: '何三' };
    const [, joined] = await put('A-7', statement(given));
    const [, linked] = await put('7', statement(given), other);
    expect(linked).toMatchObject({ changes: ['linked'], person: joined.person });
    for (const key of ['system=hr-one&externalId=A-7', 'system=payroll&externalId=7']) {
      const found = await world.api.get(`/api/v1/persons/by-alias?${key}`, head);
      expect(await found.json()).toMatchObject({ id: joined.person, employeeNo: 'H400' });
    }
    const aliases = await world.api.get(`/api/v1/persons/${joined.person}/aliases`, head);
    expect(((await aliases.json()) as { items: object[] }).items).toMatchObject([
      { system: 'hr-one', externalId: 'A-7' },
      { system: 'payroll', externalId: '7' },
    ]);
    const unknown = 'system=payroll&externalId=A-7';
    expect((await world.api.get(`/api/v1/persons/by-alias?${unknown}`, head)).status).toBe(404);
  });

  it('is not taken over by a wrong number, until a person says that both are one', async () => {
    const of = { employeeNo: 'H500', name: '何四' };
    const [, joined] = await put('A-8', statement(of));
    const other = await makeDevice(world.api, 'personnel', 'canteen');
    const wrong = statement({ employeeNo: 'H500', name: '贺四', department: 'warehouse' });
    expect((await put('8', wrong, other))[1].code).toBe('personnel.other-name');
    expect(await personOf('H500')).toMatchObject({ name: '何四', department_id: 'assembly' });
    const taken = { system: 'hr-one', externalId: 'A-7' };
    const add = (body: object) =>
      world.api.post(`/api/v1/persons/${joined.person}/aliases`, body, head);
    expect((await add(taken)).status).toBe(409);
    expect((await add({ system: 'canteen', externalId: '8' })).status).toBe(200);
    const [, moved] = await put('8', wrong, other);
    expect(moved).toMatchObject({ person: joined.person, changes: ['renamed', 'moved'] });
  });

  it('takes statements of personnel systems alone', async () => {
    const reader = await makeDevice(world.api, 'reader', 'no-hr');
    expect((await put('A-9', statement({ employeeNo: 'H600' }), reader))[0]).toBe(403);
    expect(await personOf('H600')).toBeUndefined();
  });
});
