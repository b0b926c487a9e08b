import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMerges } from '../../testing/person-merges.ts';

let site: Awaited<ReturnType<typeof openMerges>>;
beforeAll(async () => {
  site = await openMerges();
});
afterAll(() => site?.stop());

describe('two people who look like one', () => {
  const candidates = async (id: string) => {
    const path = '/person-merges/candidates';
    type Found = { items: { people: { id: string }[] }[] };
    const { body } = await site.send<Found>('merger', 'GET', path);
    return body.items.filter(({ people }) => people.some((one) => one.id === id));
  };
  const mark = (people: string[], user = 'merger') =>
    site.send<{ id: string; ended: object | null }>(user, 'POST', '/person-merges/distinct', {
      people,
      reason: 'Father and son, one phone',
    });

  it('[INT-11] are marked, and neither listed nor joined until the mark is taken back', async () => {
    const { into, from } = await site.twice({ phone: '13700137001' }, { phone: '13700137001' });
    expect(await candidates(from)).toHaveLength(1);
    const made = await mark([from, into]);
    expect([made.status, made.body.ended]).toEqual([201, null]);
    expect(await candidates(from)).toEqual([]);
    expect(await site.codesOf({ into, from })).toContain('!said-two-people');
    expect((await site.join({ into, from })).body.code).toBe('person-merge.blocked');
    // The other order is the same pair.
    expect((await mark([into, from])).body.code).toBe('person-merge.said-two');
    const listed = await site.send<{ items: { id: string }[] }>(
      'merger',
      'GET',
      '/person-merges/distinct',
    );
    expect(listed.body.items.map(({ id }) => id)).toContain(made.body.id);
    const end = `/person-merges/distinct/${made.body.id}/end`;
    expect((await site.send('merger', 'POST', end)).status).toBe(200);
    // Twice is once.
    expect((await site.send('merger', 'POST', end)).status).toBe(200);
    expect(
      await site.value(
        "SELECT count(*)::int FROM audit_log WHERE entity_id = $1 AND action = 'end-two-people'",
        made.body.id,
      ),
    ).toBe(1);
    expect(await candidates(from)).toHaveLength(1);
    expect((await mark([from, into])).status).toBe(201);
  });

  it('stay two where one of them was joined with a third file, and again when that is undone', async () => {
    const { into, from } = await site.twice({ phone: '13700137002' }, { phone: '13700137002' });
    const third = await site.enter();
    expect((await mark([from, into])).status).toBe(201);
    const { id } = await site.joined({ into: third, from });
    expect(await site.codesOf({ into, from: third })).toContain('!said-two-people');
    await site.undo(id);
    expect(await site.codesOf({ into, from: third })).not.toContain('!said-two-people');
    expect(await candidates(from)).toEqual([]);
  });

  it('are not marked by one of them, with an unknown file, or as one file', async () => {
    const { into, from } = await site.twice();
    expect((await mark([from, from])).body.code).toBe('person-merge.same');
    expect((await mark([from, '01JZZZZZZZZZZZZZZZZZZZZZZZ'])).body.code).toBe('person.unknown');
    await site.bindAccount('merger', into);
    expect((await mark([from, into])).body.code).toBe('person-merge.own-case');
    await site.bindAccount('merger', null);
    expect((await mark([from, into], 'judge')).status).toBe(403);
    expect(
      await site.value('SELECT count(*)::int FROM person_distinct WHERE first_person = ANY ($1)', [
        from,
        into,
      ]),
    ).toBe(0);
  });
});
