import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { EdgeWorld } from '../testing/edge-world.ts';

const MINUTE = 60_000;
const listed = (world: EdgeWorld) =>
  world.until(() => world.status?.sequence === world.sequence && world.status.online);
async function leave(
  world: EdgeWorld,
  card = 'no-such-card',
  more: { at?: Date; key?: string } = {},
) {
  const { status, body } = await world.show(card, more);
  return [status, body.decision ?? body.code];
}
const opened = [200, 'allow'];

it('lets each person out of a door by the configuration, with and without the API, and each is on record', async () => {
  await using world = await EdgeWorld.open();
  world.area = 'chemical-store';
  world.door = 'exit';
  world.allowed = [];
  await world.start();
  await listed(world);
  // The API holds it: it does not know the side of the door yet.
  expect(await leave(world)).toEqual(opened);
  world.away = true;
  await world.until(() => world.status?.online === false);
  // A card that is in no list, a clock that is far off, and the same key for another card.
  expect(await leave(world)).toEqual(opened);
  expect(await leave(world, 'card-1', { at: new Date(Date.now() - 60 * MINUTE) })).toEqual(opened);
  const key = ulid();
  expect(await leave(world, 'card-1', { key })).toEqual(opened);
  expect(await leave(world, 'card-2', { key })).toEqual(opened);
  // The list is over, and the clock was set back.
  world.wallShift = -60 * MINUTE;
  world.bootShift = 20 * MINUTE;
  world.apiShift = 20 * MINUTE;
  expect(world.status?.sequence).toBeNull();
  expect(await leave(world)).toEqual(opened);
  world.away = false;
  await world.until(() => world.delivered.size === 5);
  expect(new Set([...world.delivered.values()].map(({ kind }) => kind))).toEqual(new Set(['exit']));
  expect(world.delivered.get(key)).toMatchObject({ decision: 'allow', card: 'card-1' });
});

it('knows the side of the door by its last list, also where that has ended or is forged, and after a restart', async () => {
  await using world = await EdgeWorld.open();
  world.area = 'chemical-store';
  world.listedAs = 'exit';
  world.allowed = [];
  await world.start();
  await listed(world);
  await world.stop();
  world.forge = () => ({ keyId: 'f'.repeat(16), content: '{}', signature: 'x'.repeat(86) });
  world.bootId = 'boot-2';
  await world.start();
  await world.until(() => world.status?.fault !== null);
  expect(await leave(world)).toEqual(opened);
  world.away = true;
  await world.until(() => world.status?.online === false);
  expect(await leave(world)).toEqual(opened);
});

it('refuses at a way in what no permit allows', async () => {
  await using world = await EdgeWorld.open();
  world.area = 'chemical-store';
  world.allowed = [];
  await world.start();
  await listed(world);
  world.away = true;
  await world.until(() => world.status?.online === false);
  expect(await leave(world)).toEqual([200, 'deny']);
});
