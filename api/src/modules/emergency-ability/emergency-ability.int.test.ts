import { beforeAll, describe, expect, it } from 'vitest';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { AssessmentList, PostNeeds } from './schema.ts';

const used = useApi();
let people: Map<string, { id: string; postId: string | null }>;
const send = <Body>(user: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  used.api.send<Body & { code?: string }>(user, method, path, body);
const idOf = (number: string) => people.get(number)?.id ?? '';
const given = (more: object = {}) => ({
  kind: 'rescue',
  method: 'drill',
  level: 2,
  score: 81,
  assessedOn: '2026-11-01',
  assessorId: idOf('E009'),
  source: 'Rescue drill of November',
  ...more,
});
const add = (number: string, more: object = {}, user = 'assessor') =>
  send<AssessmentList>(user, 'POST', `/persons/${idOf(number)}/emergency-abilities`, given(more));

beforeAll(async () => {
  await makeUser(used.database, 'assessor', ['emergency:read@all', 'emergency:manage@all']);
  await makeUser(used.database, 'reader', ['emergency:read@department'], { employeeNo: 'E011' });
  await makeUser(used.database, 'own-assessor', ['emergency:manage@all'], { employeeNo: 'E007' });
  people = await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const rows = await tx.person.findMany({ select: { id: true, employeeNo: true, postId: true } });
    return new Map(rows.map((one) => [one.employeeNo, one]));
  });
});

describe('emergency ability', () => {
  it('[PER-01] of a person is entered with level, day, source and assessor; the newest of a kind counts', async () => {
    const first = await add('E006');
    expect(first.status, JSON.stringify(first.body)).toBe(201);
    expect(first.body.items[0]).toMatchObject({ kind: 'rescue', level: 2, state: 'valid' });
    // A year, where no last day is given.
    expect(first.body.items[0]?.validUntil).toBe('2027-11-01');
    const later = await add('E006', { level: 1, assessedOn: '2026-11-20' });
    const rescues = later.body.items.filter(({ kind }) => kind === 'rescue');
    expect(rescues.map(({ level, state }) => [level, state])).toEqual([
      [1, 'valid'],
      [2, 'replaced'],
    ]);
    const [newest] = rescues;
    const revoked = await send<AssessmentList>(
      'assessor',
      'POST',
      `/emergency-abilities/${newest?.id}/revoke`,
      { version: newest?.version, reason: 'Entered for the wrong person' },
    );
    expect(revoked.status).toBe(200);
    const states = revoked.body.items.filter(({ kind }) => kind === 'rescue');
    expect(states.map(({ state }) => state)).toEqual(['revoked', 'valid']);
    const again = await send('assessor', 'POST', `/emergency-abilities/${newest?.id}/revoke`, {
      version: newest?.version,
      reason: 'Entered for the wrong person',
    });
    expect([again.status, again.body.code]).toEqual([409, 'emergency.version-conflict']);
  });

  it('is assessed by another person, of a known kind, and not in the future', async () => {
    const codeOf = async (number: string, more: object, user?: string) => {
      const { status, body } = await add(number, more, user);
      return [status, body.code];
    };
    expect(await codeOf('E007', { assessorId: idOf('E007') })).toEqual([403, 'emergency.own']);
    expect(await codeOf('E007', {}, 'own-assessor')).toEqual([403, 'emergency.own']);
    for (const more of [
      { kind: 'flood' },
      { assessedOn: '2099-01-01' },
      { validUntil: '2026-10-31' },
      { assessorId: '01JZZZZZZZZZZZZZZZZZZZZZZZ' },
    ]) {
      expect(await codeOf('E007', more)).toEqual([422, 'emergency.fields']);
    }
    expect((await add('E007', {}, 'reader')).status).toBe(403);
  });

  it('shows what a post asks for and who of it lacks it; others see it within their reach', async () => {
    const post = people.get('E012')?.postId ?? '';
    const needs = { needs: [{ kind: 'first-aid', level: 2 }] };
    const put = await send<PostNeeds>('assessor', 'PUT', `/posts/${post}/emergency-needs`, needs);
    expect(put.status, JSON.stringify(put.body)).toBe(200);
    expect(put.body.people.find(({ id }) => id === idOf('E012'))?.missing).toEqual(['first-aid']);
    const file = await send<AssessmentList>(
      'assessor',
      'GET',
      `/persons/${idOf('E012')}/emergency-abilities`,
    );
    expect(file.body.missing.map(({ kind }) => kind)).toEqual(['first-aid']);
    await add('E012', { kind: 'first-aid', level: 3 });
    const met = await send<PostNeeds>('assessor', 'GET', `/posts/${post}/emergency-needs`);
    expect(met.body.people.find(({ id }) => id === idOf('E012'))?.missing).toEqual([]);
    const own = await send<AssessmentList>('own-assessor', 'GET', '/me/emergency-abilities');
    expect(own.body.items.map(({ kind }) => kind).sort()).toEqual(['fire', 'first-aid']);
  });

  it('falls due for the person before its last day', async () => {
    const due = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.obligation.findMany({ where: { kind: 'emergency-ability-end', personId: idOf('E012') } }),
    );
    expect(due.map(({ source }) => source)).toContain(`${idOf('E012')}:first-aid`);
  });
});
