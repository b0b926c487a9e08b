import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn, plusDays } from '../../platform/obligations/schedule.ts';
import {
  type AccountSite,
  accountHelpers,
  openAccountSite,
  type Who,
} from '../../testing/account-helpers.ts';
import { until } from '../../testing/site.ts';

let world: AccountSite;
let hr: Who;
let today: string;
const { sql, named, me, makeUser } = accountHelpers(() => world);

beforeAll(async () => {
  world = await openAccountSite();
  hr = await world.api.signIn('safety.head');
  today = dayIn(new Date(), world.api.settings.timeZone);
});
afterAll(() => world?.stop());

interface Answer {
  status: number;
  body: {
    code?: string;
    status?: string;
    items?: { id: string; kind: string; day: string; state: string; problem: string | null }[];
    [name: string]: unknown;
  };
}
async function ask(method: string, path: string, body?: object, who = hr): Promise<Answer> {
  const answer = await fetch(`${world.api.url}/api/v1/persons/${path}`, {
    method,
    headers: { ...who, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : {} };
}
const stepsOf = async (person: string) => (await ask('GET', `${person}/steps`)).body.items ?? [];
const dayCame = (person: string) =>
  sql('UPDATE person_step SET acts_on = $2::date - 3 WHERE person_id = $1', [person, today]);
const statusOf = async (person: string) =>
  (await sql<{ status: string }>('SELECT status FROM person WHERE id = $1', [person]))[0]?.status;

describe('[PER-10] a last day or a move of the future', () => {
  it('waits for its day, is shown, and is done once when the day begins', async () => {
    const user = await makeUser(['operator'], { department: 'assembly' });
    const id = user.personId as string;
    await ask('POST', `${id}/badges`, { badge: 'badge-of-later' });
    const on = plusDays(today, 30);
    const planned = await ask('POST', `${id}/leave`, { on });
    expect([planned.status, planned.body.status]).toEqual([200, 'active']);
    // Rights and badges are as before.
    expect(await me(user.who)).toBe(200);
    expect(planned.body.badges).toMatchObject([{ badge: 'badge-of-later' }]);
    expect(await stepsOf(id)).toMatchObject([
      { kind: 'leave', day: on, state: 'planned', system: null, by: { zh: expect.any(String) } },
    ]);
    await dayCame(id);
    await until(async () => (await statusOf(id)) === 'left', 'the planned leaving is done');
    expect(await me(user.who)).toBe(401);
    expect(await named(user.username)).toMatchObject({ active: false });
    const [row] = await sql<{ left_on: string; state: string }>(
      "SELECT to_char(p.left_on, 'YYYY-MM-DD') AS left_on, s.state FROM person p JOIN person_step s ON s.person_id = p.id WHERE p.id = $1",
      [id],
    );
    expect(row).toEqual({ left_on: on, state: 'done' });
    const left = await sql(
      "SELECT 1 FROM outbox_event WHERE type = 'cn.anshi.person.left.v1' AND subject = $1",
      [id],
    );
    expect(left).toHaveLength(1);
  });

  it('of today can end when the day is over, and a later one can end rights at once', async () => {
    const stays = await makeUser(['operator'], { department: 'assembly' });
    const after = { on: today, ends: 'after-last-day' };
    expect((await ask('POST', `${stays.personId}/leave`, after)).body.status).toBe('active');
    expect(await me(stays.who)).toBe(200);
    const goes = await makeUser(['operator'], { department: 'assembly' });
    const now = { on: plusDays(today, 30), ends: 'now' };
    expect((await ask('POST', `${goes.personId}/leave`, now)).body.status).toBe('left');
    expect(await me(goes.who)).toBe(401);
  });

  it('moves on its day, a newer one takes its place, and it can be taken back', async () => {
    const user = await makeUser(['team-leader', 'worker'], { department: 'assembly' });
    const id = user.personId as string;
    const move = (departmentId: string, days: number) =>
      ask('POST', `${id}/transfer`, { departmentId, post: null, on: plusDays(today, days) });
    expect((await move('purchasing', 3)).body.department).toMatchObject({ id: 'assembly' });
    await move('warehouse', 5);
    const [waiting, ...others] = await stepsOf(id);
    expect(others).toEqual([]);
    expect(waiting).toMatchObject({ kind: 'move', department: { id: 'warehouse' } });
    await ask('POST', `${id}/leave`, { on: plusDays(today, 9) });
    const leaving = (await stepsOf(id)).find(({ kind }) => kind === 'leave');
    expect((await ask('DELETE', `${id}/steps/${leaving?.id}`)).status).toBe(204);
    expect((await ask('DELETE', `${id}/steps/${leaving?.id}`)).body.code).toBe(
      'person.step-unknown',
    );
    await dayCame(id);
    await until(
      async () => (await ask('GET', id)).body.department?.['id' as never] === 'warehouse',
      'the planned move is made',
    );
    expect(await statusOf(id)).toBe('active');
    await until(
      async () => (await named(user.username)).roles.join() === 'worker',
      'the role of the old post is gone',
    );
  });

  it('that cannot be done is kept with its problem, and told', async () => {
    const user = await makeUser(['worker'], { department: 'assembly' });
    const id = user.personId as string;
    await sql(
      `INSERT INTO department (tenant_id, id, name, kind) VALUES ('demo', 'gone', '{"zh":"临时","en":"Gone"}', 'production')`,
    );
    const to = { departmentId: 'gone', post: null, on: plusDays(today, 2) };
    expect((await ask('POST', `${id}/transfer`, to)).status).toBe(200);
    await sql("UPDATE department SET active = false WHERE id = 'gone'");
    await dayCame(id);
    await until(async () => (await stepsOf(id))[0]?.state === 'refused', 'the step is refused');
    expect((await stepsOf(id))[0]?.problem).toBe('department.unknown');
    const notices = await sql<{ link: string }>(
      "SELECT link FROM notice WHERE kind = 'person.step-refused'",
    );
    expect(notices).toEqual([{ link: `/admin/people/${id}` }]);
    // Who leaves meanwhile is not moved.
    await ask('POST', `${id}/transfer`, { ...to, departmentId: 'warehouse' });
    expect((await ask('POST', `${id}/leave`, { on: today })).body.status).toBe('left');
    expect((await stepsOf(id)).every(({ state }) => state === 'refused')).toBe(true);
  });

  it('is known to those who manage the person alone', async () => {
    const user = await makeUser(['worker'], { department: 'assembly' });
    await ask('POST', `${user.personId}/leave`, { on: plusDays(today, 30) });
    const reader = await makeUser(['team-leader'], { department: 'assembly' });
    expect((await ask('GET', user.personId as string, undefined, reader.who)).status).toBe(200);
    for (const path of ['steps', 'open-at-leaving']) {
      const asked = await ask('GET', `${user.personId}/${path}`, undefined, reader.who);
      expect(asked.status).toBe(403);
    }
  });
});

describe('what is open of one who leaves', () => {
  it('is shown before it is entered', async () => {
    const user = await makeUser(['worker'], { department: 'assembly' });
    const id = user.personId as string;
    await ask('POST', `${id}/badges`, { badge: 'badge-open', dueBack: plusDays(today, 9) });
    await sql(
      `INSERT INTO work_job (tenant_id, id, key, digest, title, area_id, from_at, until_at, min_crew, created_by)
       VALUES ('demo', '01KSZ000000000000000000JB1', 'k', repeat('0', 64), '换模', 'press-line', now() + interval '1 day', now() + interval '2 days', 1, $1)`,
      [user.id],
    );
    await sql(
      `INSERT INTO work_assignment (tenant_id, id, job_id, person_id, from_at, until_at, special, decision, decision_ids, override_codes, assigned_by, assigned_at, lost_codes, lost_ids)
       VALUES ('demo', '01KSZ000000000000000000AS1', '01KSZ000000000000000000JB1', $1, now() + interval '1 day', now() + interval '2 days', false, 'allow', '{}', '{}', $2, now(), '{}', '{}')`,
      [id, user.id],
    );
    const { items } = (await ask('GET', `${id}/open-at-leaving`)).body;
    expect(items).toMatchObject([
      {
        name: { en: 'Badges to return' },
        count: 1,
        items: [{ text: { en: expect.stringContaining('badge-open') } }],
      },
      {
        name: { en: 'Jobs that they are assigned to' },
        count: 1,
        items: [{ text: { zh: expect.stringContaining('换模') } }],
      },
    ]);
  });

  it.each([
    { as: 'returned', dueBack: plusDays('2026-11-25', 400) },
    { as: 'locked', dueBack: null },
    { as: 'written-off', dueBack: null },
  ])('a badge stays due until it is settled: $as', async ({ as, dueBack }) => {
    const user = await makeUser(['worker'], { department: 'assembly' });
    const id = user.personId as string;
    const badge = `badge-${as}`;
    const bound = await ask('POST', `${id}/badges`, { badge, dueBack });
    await ask('POST', `${id}/leave`, { on: today });
    const due = async () => {
      const answer = await world.api.get(`/api/v1/obligations?kind=badge-return&person=${id}`, hr);
      return ((await answer.json()) as { items: { dueOn: string }[] }).items;
    };
    // At the latest on the last day of work, also where it was lent for longer or not lent at all.
    await until(async () => (await due()).length === 1, 'the badge is due');
    expect(await due()).toMatchObject([{ dueOn: today, detail: { en: `Badge ${badge}` } }]);
    expect((await ask('GET', id)).body).toMatchObject({
      status: 'left',
      badges: [],
      owedBadges: [{ badge, since: today }],
    });
    const path = `${id}/badges/${bound.body.id}/settlement`;
    expect((await ask('POST', path, { as: 'lost' })).status).toBe(400);
    expect((await ask('POST', path, { as, note: 'at the gate' })).status).toBe(204);
    expect(await due()).toEqual([]);
    expect((await ask('GET', id)).body.owedBadges).toEqual([]);
    expect((await ask('POST', path, { as })).body.code).toBe('badge.unknown');
    const [line] = await sql<{ after: object; reason: string }>(
      "SELECT after, reason FROM audit_log WHERE action = 'badge-settle' AND person_id = $1",
      [id],
    );
    expect(line).toEqual({ after: { badge, settled: as }, reason: 'at the gate' });
  });

  it('a badge that is given out again has come back', async () => {
    const user = await makeUser(['worker'], { department: 'assembly' });
    const other = await makeUser(['worker'], { department: 'assembly' });
    await ask('POST', `${user.personId}/badges`, { badge: 'badge-again' });
    await ask('POST', `${user.personId}/leave`, { on: today });
    expect((await ask('POST', `${other.personId}/badges`, { badge: 'badge-again' })).status).toBe(
      200,
    );
    expect((await ask('GET', user.personId as string)).body.owedBadges).toEqual([]);
  });
});
