import { expect } from 'vitest';
import type { Merge, MergePreview } from '../modules/person-merges/schema.ts';
import { openCorrections } from './badge-corrections.ts';
import { until } from './site.ts';
import { makeUser } from './users.ts';

/** The world of corrected badges, with who may join files, and files that are entered twice. */
export async function openMerges() {
  const world = await openCorrections();
  const { database, sql, send } = world;
  await makeUser(database, 'merger', [
    'person:merge@all',
    'person:read@all',
    'person:manage@all',
    'personnel:read@all',
    'personnel:manage@all',
    'violation:read@all',
  ]);
  const one = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.person.findFirstOrThrow({ where: { employeeNo: 'E006' } }),
  );
  let number = 0;
  /** Enters a file. @returns its id. */
  async function enter(more: object = {}): Promise<string> {
    number += 1;
    const file = {
      employeeNo: `D${number}`,
      name: `Double ${number}`,
      departmentId: one.departmentId,
    };
    const made = await send<{ id: string }>('merger', 'POST', '/persons', { ...file, ...more });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.id;
  }
  /** Two files of one name. */
  async function twice(more: object = {}, other: object = {}) {
    const name = `Twice ${number}`;
    return { into: await enter({ name, ...more }), from: await enter({ name, ...other }) };
  }
  /** Makes a file the account holder's own, and waits until the API, which caches accounts, knows it. */
  async function bindAccount(username: string, person: string | null): Promise<void> {
    await sql.query('UPDATE app_user SET person_id = $1 WHERE username = $2', [person, username]);
    await until(async () => {
      const { body } = await send<{ person: string | null }>(username, 'GET', '/auth/me');
      return body.person === person;
    }, `the account ${username} is known to be of ${person}`);
  }
  const preview = (pair: object, user = 'merger') =>
    send<MergePreview>(user, 'POST', '/person-merges/preview', pair);
  /** Joins what a preview shows, and accepts what does not block. */
  async function join(pair: object, user = 'merger') {
    const seen = await preview(pair, user);
    const { digest = '0'.repeat(64), conflicts = [] } = seen.body;
    const accepted = conflicts.filter(({ blocks }) => !blocks).map(({ code }) => code);
    const body = { ...pair, reason: 'Entered twice', digest, accepted };
    return send<Merge & { conflicts?: MergePreview['conflicts'] }>(
      user,
      'POST',
      '/person-merges',
      body,
    );
  }
  async function joined(pair: object) {
    const done = await join(pair);
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    return done.body;
  }
  const undo = (id: string, leaveChanged = false, user = 'merger') =>
    send<Merge & { changed?: { what: { en: string }; count: number }[]; later?: string }>(
      user,
      'POST',
      `/person-merges/${id}/undo`,
      { reason: 'Two people', leaveChanged },
    );
  const codesOf = async (pair: object) =>
    (await preview(pair)).body.conflicts.map(({ code, blocks }) => (blocks ? `!${code}` : code));
  /** The value of the first row. */
  const value = async (text: string, ...values: unknown[]) =>
    Object.values((await sql.query(text, values)).rows[0] ?? {})[0];
  const undoCorrection = world.undo;
  return {
    ...world,
    undoCorrection,
    enter,
    twice,
    preview,
    join,
    joined,
    undo,
    bindAccount,
    codesOf,
    value,
  };
}
