import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FenceWorld, openFences, places } from '../../testing/fences.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { Preview } from '../badge-corrections/schema.ts';
import { facts } from './facts.ts';
import type { FenceEventView } from './schema.ts';

let world: FenceWorld;
beforeAll(async () => {
  world = await openFences();
  await makeUser(world.positions.database, 'corrector', ['badge:correct@all']);
});
afterAll(() => world?.stop());

const HOUR_MS = 3_600_000;
const bindingOf = (badge: string) =>
  world.inTenant((tx) => tx.badge.findFirstOrThrow({ where: { badge, until: null } }));
async function giveBack(badge: string): Promise<void> {
  const { id, personId } = await bindingOf(badge);
  const { status } = await world.send('clerk', 'DELETE', `/persons/${personId}/badges/${id}`);
  expect(status).toBe(204);
}
const detail = async (id: string) =>
  (
    await world.send<FenceEventView & { path: { at: string }[] }>(
      'safety',
      'GET',
      `/area-fences/events/${id}`,
    )
  ).body;

describe('a badge that is given back', () => {
  it('[POS-04] names its wearer no more, though it says nothing from then on', async () => {
    const { personId } = await bindingOf('badge-w1');
    await world.override(personId, 'robot-cell', HOUR_MS / 1_000);
    await world.walk('badge-w1', places.cell, 8);
    await until(
      async () => (await world.tracks('badge-w1')).some(({ rights }) => rights.length > 0),
      'the right is decided',
    );
    await giveBack('badge-w1');
    await until(
      async () => (await world.tracks('badge-w1')).length === 0,
      'the badge is forgotten',
    );
    expect(await world.events('badge-w1')).toEqual([]);
  });

  it('ends its event, and the path shows nothing of who wears it next', async () => {
    await world.walk('badge-w3', places.cell, 8);
    const { id } = await world.eventOf('badge-w3', 'open');
    await giveBack('badge-w3');
    expect(await world.eventOf('badge-w3', 'ended')).toMatchObject({ closedBy: 'handed-over' });
    const other = await world.positions.personOf('E011');
    await world.positions.bind(other, 'badge-w3');
    const { since } = await bindingOf('badge-w3');
    await world.live('badge-w3', places.outside, 2);
    await world.stored('badge-w3');
    const { path } = await detail(id);
    expect(path.length).toBeGreaterThan(0);
    expect(path.filter(({ at }) => Date.parse(at) >= since.getTime())).toEqual([]);
  });
});

describe('a badge that was worn by another person than was known', () => {
  it('[POS-04] takes the wrong name out of its events, their notices and the own list', async () => {
    const { id: binding, personId: wrong } = await bindingOf('badge-a2');
    await world.walk('badge-a2', places.cell, 8);
    const event = await world.eventOf('badge-a2', 'open');
    expect(event.person?.id).toBe(wrong);
    const reasonsOf = async (id: string) =>
      (await world.inTenant((tx) => tx.fenceEvent.findFirstOrThrow({ where: { id } }))).reasons;
    const reasons = await reasonsOf(event.id);
    expect(reasons).not.toEqual([]);
    const right = await world.positions.personOf('E011');
    const asked = { binding, person: right, from: null, to: null };
    const send = <Body>(path: string, body: object) =>
      world.send<Body>('corrector', 'POST', path, body);
    const { body: seen } = await send<Preview>('/badge-corrections/preview', asked);
    expect(seen.later).toMatchObject({ fenceEvents: 1, fenceEventsBack: 0 });
    const done = await send<{ id: string }>('/badge-corrections', {
      ...asked,
      reason: 'mixed up at the desk',
      digest: seen.digest,
    });
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    await until(
      () =>
        world.inTenant((tx) =>
          tx.fenceEvent.findFirst({ where: { id: event.id, personId: null } }),
        ),
      'the wrong name is gone',
    );
    expect(await detail(event.id)).toMatchObject({
      state: 'ended',
      closedBy: 'handed-over',
      badge: null,
      anonymous: true,
      path: [],
    });
    const notices = await world.inTenant((tx) =>
      tx.notice.findMany({ where: { subjectEntity: 'fence-event', subjectId: event.id } }),
    );
    expect(notices.length).toBeGreaterThan(0);
    expect(JSON.stringify(notices)).not.toContain(event.person?.name);
    const own = await world.inTenant((tx) =>
      tx.fenceEvent.count({ where: { personId: { in: [wrong, right] }, id: event.id } }),
    );
    expect(own).toBe(0);

    // What is kept of the first person is in that person's own data.
    const held = await world.inTenant(async (tx) => ({
      ...(await facts.ownData?.show?.(tx, { person: wrong, user: '' })),
      ...(await facts.ownData?.export?.(tx, { person: wrong, user: '' })),
    }));
    expect(held).toMatchObject({
      counts: { fenceEventsTakenOut: 1 },
      fenceEventsTakenOut: [
        { id: event.id, badge: 'badge-a2', reasons, nameTakenOutAt: expect.any(Date) },
      ],
    });

    // What was written of it meanwhile stays.
    await world.inTenant((tx) =>
      tx.fenceEvent.updateMany({ where: { id: event.id }, data: { note: 'looked at on site' } }),
    );

    // Undone, it is of the first person again, with the reasons.
    const path = `/badge-corrections/${done.body.id}/undo`;
    const { body: back } = await world.send<Preview>('corrector', 'GET', path);
    expect(back.later).toMatchObject({ fenceEvents: 0, fenceEventsBack: 1 });
    const undone = await send(path, { reason: 'right at first', digest: back.digest });
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    await until(
      () =>
        world.inTenant((tx) =>
          tx.fenceEvent.findFirst({ where: { id: event.id, personId: wrong } }),
        ),
      'the name is back',
    );
    expect(await detail(event.id)).toMatchObject({ badge: 'badge-a2', anonymous: false });
    expect(await reasonsOf(event.id)).toEqual(reasons);
    const { note } = await world.inTenant((tx) =>
      tx.fenceEvent.findFirstOrThrow({ where: { id: event.id } }),
    );
    expect(note).toBe('looked at on site');
    expect(await world.inTenant((tx) => tx.fenceEventTakenOut.count())).toBe(0);

    // What was taken out goes with the consent: an undoing brings nothing back then.
    const again = await send<Preview>('/badge-corrections/preview', asked);
    const { digest } = again.body;
    const { body: second } = await send<{ id: string }>('/badge-corrections', {
      ...asked,
      reason: 'mixed up after all',
      digest,
    });
    await until(
      () => world.inTenant((tx) => tx.fenceEventTakenOut.findFirst({ where: { personId: wrong } })),
      'the name is taken out again',
    );
    await world.positions.consent(wrong, 'badge-tracking', 'withdrawn');
    expect(await world.inTenant((tx) => tx.fenceEventTakenOut.count())).toBe(0);
    const last = await world.send<Preview>(
      'corrector',
      'GET',
      `/badge-corrections/${second.id}/undo`,
    );
    expect(last.body.later.fenceEventsBack).toBe(0);
  });
});
