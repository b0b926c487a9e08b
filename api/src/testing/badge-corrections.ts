import pg from 'pg';
import { expect } from 'vitest';
import type { Correction, Preview } from '../modules/badge-corrections/schema.ts';
import { violationsInForce } from '../modules/safety-file/rows.ts';
import type { EntryPage } from '../modules/safety-file/schema.ts';
import type { Violation } from '../modules/violations/schema.ts';
import { openDatabase } from '../platform/db/database.ts';
import { openIncidentSite } from './incidents.ts';
import { confirmedAs, handleOn } from './named-people.ts';
import { makeUser } from './users.ts';

/** Cameras, reviewers, who may correct badges, and two people with accounts whose badges are mixed up: E006 and E011. */
export async function openCorrections(more: Parameters<typeof openIncidentSite>[0] = {}) {
  const world = await openIncidentSite(more);
  const database = openDatabase(world.api.settings.databaseUrl);
  const sql = new pg.Client({ connectionString: world.superUrl });
  await sql.connect();
  const judge = ['violation:read@all', 'violation:review@all'] as const;
  await makeUser(database, 'judge', [...judge]);
  await makeUser(database, 'corrector', ['badge:correct@all', 'violation:read@all']);
  await makeUser(database, 'wrongly', ['badge:correct@all'], { employeeNo: 'E006' });
  await makeUser(database, 'rightly', [...judge, 'badge:correct@all'], { employeeNo: 'E011' });

  const send = <Body>(user: string, method: 'GET' | 'POST', path: string, body?: object) =>
    world.api.send<Body & { code?: string }>(user, method, path, body);
  const personOf = async (id: string) =>
    (await send<Violation>('judge', 'GET', `/violations/${id}`)).body.identity?.person?.id ?? null;
  async function decide(finding: string, body: object, user = 'judge') {
    const { id, version } = await world.incidentOf(finding);
    return send(user, 'POST', `/incidents/${id}/verdict`, { version, ...body });
  }
  const countOf = (person: string) =>
    database.transaction(
      { tenant: 'demo', user: null },
      async (tx) => (await violationsInForce(tx, [person])).length,
    );
  const statesOf = async (person: string, violation: string) =>
    (await send<EntryPage>('judge', 'GET', `/persons/${person}/safety-file`)).body.items
      .filter((one) => one.violation === violation)
      .map(({ state }) => state);
  const toldOf = async (user: string, kind: string) =>
    (await send<{ items: { kind: string }[] }>(user, 'GET', '/notices')).body.items.filter(
      (one) => one.kind === kind,
    ).length;
  /** The binding behind a handle, with its badge. */
  async function bindingOf(handle: string): Promise<{ id: string; badge: string }> {
    const { rows } = await sql.query(
      'SELECT b.id, b.badge FROM badge b JOIN badge_handle h ON h.badge_id = b.id WHERE h.handle = $1',
      [handle],
    );
    return rows[0];
  }
  const asking = (binding: string, person: string, more: object = {}) => ({
    binding,
    person,
    from: null,
    to: null,
    ...more,
  });
  async function corrected(asked: object, user = 'corrector') {
    const seen = await send<Preview>(user, 'POST', '/badge-corrections/preview', asked);
    expect(seen.status, JSON.stringify(seen.body)).toBe(200);
    const { digest } = seen.body;
    const body = { ...asked, reason: 'Mixed up at the desk', digest };
    return {
      seen: seen.body,
      done: await send<Correction>(user, 'POST', '/badge-corrections', body),
    };
  }

  /** A badge of E006 that names that person in a confirmed and a pending violation; E011 agreed to be named, too. */
  async function scene() {
    const start = world.hour();
    const wrong = await handleOn(database, 'E006', start);
    const right = await handleOn(database, 'E011', start);
    const see = (after: number, name: string, identity = confirmedAs(wrong.handle)) =>
      world.see(world.west, start + after, name, { identity });
    const confirmed = await see(0, 'a');
    expect((await decide(confirmed.id, { decision: 'confirm' })).status).toBe(200);
    const pending = await see(120_000, 'b');
    const binding = await bindingOf(wrong.handle);
    return { start, wrong, right, see, confirmed, pending, binding };
  }

  /** Undoes a correction, of what its preview shows. */
  async function undo(id: string, user = 'corrector') {
    const path = `/badge-corrections/${id}/undo`;
    const seen = await send<Preview>(user, 'GET', path);
    const { digest = '0'.repeat(64) } = seen.body;
    const done = await send<Correction>(user, 'POST', path, { reason: 'Right at first', digest });
    return { seen, done };
  }

  return {
    world,
    database,
    sql,
    send,
    personOf,
    decide,
    countOf,
    statesOf,
    toldOf,
    bindingOf,
    asking,
    corrected,
    undo,
    scene,
    async stop() {
      await sql.end();
      await database.close();
      await world.stop();
    },
  };
}
