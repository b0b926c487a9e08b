import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { confirmedAs, handleOn } from '../../testing/named-people.ts';
import { makeUser } from '../../testing/users.ts';
import type { MatchAnswer } from './schema.ts';

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;

beforeAll(async () => {
  world = await openIncidentSite();
  database = openDatabase(world.api.settings.databaseUrl);
  const reads = ['match:read@all', 'violation:read@department'] as const;
  await makeUser(database, 'assembly-lead', [...reads], { employeeNo: 'E012' });
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});

const send = <Body>(user: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  world.api.send<Body & { code?: string }>(user, method, path, body);
/** A violation of a person of the demonstration that a reviewer confirmed. */
async function confirmed(employeeNo: string, more: object = {}): Promise<string> {
  const start = world.hour();
  const { handle, person } = await handleOn(database, employeeNo, start);
  const seen = { identity: confirmedAs(handle), at: [3, 3] as [number, number], floor: [3, 3] };
  const finding = await world.see(world.west, start, 'a', seen as never);
  const { id, version } = await world.incidentOf(finding.id);
  const verdict = { version, decision: 'confirm', ...more };
  const { status, body } = await send('safety', 'POST', `/incidents/${id}/verdict`, verdict);
  expect(status, JSON.stringify(body)).toBe(200);
  return person;
}

describe('violations in the list of candidates', () => {
  it('are counted and ordered by for those whose right to violations reaches the person', async () => {
    const assembler = await confirmed('E011');
    const presser = await confirmed('E006');
    // It asks for nothing, so that violations and ids alone order those who may.
    const asked = async (user: string) => {
      const { status, body } = await send<MatchAnswer>(user, 'POST', '/match', {
        machine: 'conveyor-1',
      });
      expect(status, JSON.stringify(body)).toBe(200);
      return body.items
        .filter(({ decision }) => decision === 'allow')
        .map(({ person, violations }) => ({ id: person.id, violations }));
    };
    const all = await asked('safety');
    expect(new Set(all.slice(-2).map(({ id }) => id))).toEqual(new Set([assembler, presser]));
    expect(all.slice(-2).map(({ violations }) => violations)).toEqual([1, 1]);
    expect(all[0]?.violations).toBe(0);

    const none = await asked('auditor');
    expect(new Set(none.map(({ violations }) => violations))).toEqual(new Set([null]));
    const ids = none.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());

    // Of the own department alone.
    const own = await asked('assembly-lead');
    const of = (id: string) => own.find((one) => one.id === id)?.violations;
    expect([of(assembler), of(presser)]).toEqual([1, null]);
    expect(own.at(-1)?.id).toBe(assembler);
  });
});
