import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newEdgeKeyPair } from '@anshi/contracts/edge-signature';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { EdgeWorld, HASH_KEY, POINT, SECRET } from '../testing/edge-world.ts';

const MINUTE = 60_000;
const listed = (world: EdgeWorld) =>
  world.until(() => world.status?.sequence === world.sequence && world.status.online);
/** The API is killed: its connections end, and no new one is taken. */
async function kill(world: EdgeWorld): Promise<void> {
  world.away = true;
  await world.until(() => world.status?.online === false);
}

it('asks the API where it answers, and lets only valid permits through where it does not', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  // By the API, whatever the list says.
  expect(await world.show('card-1')).toMatchObject({ status: 200, body: { decision: 'hold' } });
  await kill(world);
  const key = ulid();
  const at = new Date();
  const allowed = await world.show('card-1', { key, at });
  expect(allowed.body).toMatchObject({ decision: 'allow', reasons: [] });
  expect((await world.show('card-2')).body).toMatchObject({
    decision: 'deny',
    reasons: [{ code: 'ask-supervisor' }],
  });
  // The same request is the same answer, and another one with its key is refused.
  expect(await world.show('card-1', { key, at })).toEqual(allowed);
  expect((await world.show('card-2', { key, at })).body.code).toBe('gate.key-taken');
  world.away = false;
  await world.until(() => world.status?.waiting === 0);
  expect(world.deliveries).toHaveLength(2);
  expect(world.delivered.get(key)).toMatchObject({ decision: 'allow', card: 'card-1' });
});

it('allows nothing beyond the permit, whatever its clock is set to', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  await kill(world);
  const show = async () => (await world.show('card-1')).body.decision;
  expect(await show()).toBe('allow');
  // The clock that can be set goes back an hour: the time of the API is that of the other clock.
  world.wallShift = -60 * MINUTE;
  world.bootShift = 14 * MINUTE;
  const shown = new Date(Date.now() + 14 * MINUTE);
  expect((await world.show('card-1', { at: shown })).body.decision).toBe('allow');
  world.bootShift = 15 * MINUTE + 1_000;
  const later = new Date(Date.now() + 15 * MINUTE);
  expect((await world.show('card-1', { at: later })).body.decision).toBe('deny');
  expect(world.status?.sequence).toBeNull();
});

it('refuses a request whose clock was set back, one for another machine, and a wrong secret', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  await kill(world);
  const codeOf = async (more: Parameters<EdgeWorld['show']>[1]) =>
    (await world.show('card-1', more)).body.code;
  expect(await codeOf({ at: new Date(Date.now() - 3 * MINUTE) })).toBe('gate.late');
  expect(await codeOf({ at: new Date(Date.now() + MINUTE) })).toBe('gate.clock');
  expect(await codeOf({ machine: 'press-1' })).toBe('device.other-name');
  expect(await codeOf({ secret: 'another-secret-of-a-point' })).toBe('device.refused');
  expect(await codeOf({ point: 'press-1-reader' })).toBe('device.refused');
  world.away = false;
  await world.until(() => world.reports.length === 2);
  expect(world.reports.map(({ fault }) => fault).sort()).toEqual(['other-target', 'wrong-secret']);
  expect(world.deliveries).toEqual([]);
});

it('refuses lists of another device, of another key, forged ones and old ones, and says so', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  const other = newEdgeKeyPair();
  const old = world.sign('o'.repeat(22));
  const rights = { entries: world.list({}).entries };
  world.allowed = ['card-1', 'card-2'];
  const forged = [
    ['other-device', (nonce: string) => world.sign(nonce, { device: 'press-1-reader' })],
    ['other-key', (nonce: string) => world.sign(nonce, {}, other)],
    ['signature', (nonce: string) => ({ ...world.sign(nonce, {}, other), keyId: world.key.keyId })],
    ['replayed', () => old],
  ] as const;
  for (const [fault, forge] of forged) {
    world.forge = forge;
    await world.stop();
    await world.start();
    await world.until(() => world.reports.some((one) => one.fault === fault));
    expect(world.status).toMatchObject({ fault, sequence: world.sequence });
  }
  await kill(world);
  expect((await world.show('card-2')).body.decision).toBe('deny');
  expect((await world.show('card-1')).body.decision).toBe('allow');
  expect(rights.entries).toHaveLength(1);
});

it('takes no list that is older than one that it took, also after a restart', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  await world.stop();
  world.sequence = 9;
  await world.start();
  await world.until(() => world.reports.some(({ fault }) => fault === 'replayed'));
  expect(world.status?.sequence).toBe(10);
});

it('keeps a list over a restart for the rest of its time, and drops it where a clock went back', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  await world.stop();
  world.away = true;
  await world.start();
  expect((await world.show('card-1')).body.decision).toBe('allow');
  await world.stop();
  world.bootShift = 15 * MINUTE;
  await world.start();
  expect(world.status?.sequence).toBeNull();
  await world.stop();
  world.bootShift = 0;
  world.bootId = 'boot-2';
  await world.start();
  expect((await world.show('card-1')).body.decision).toBe('deny');
  await world.stop();
  world.bootId = 'boot-1';
  world.wallShift = -5_000;
  await world.start();
  expect((await world.show('card-1')).body.decision).toBe('deny');
  world.away = false;
  await world.until(() => world.reports.some(({ fault }) => fault === 'clock-back'));
});

it('delivers each decision also where it was killed in between, and once by its key', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  await kill(world);
  const keys = [ulid(), ulid(), ulid()];
  for (const key of keys) await world.show('card-1', { key });
  // A kill in the middle of a line: its request was not answered.
  await world.stop();
  await appendFile(join(world.folder, `edge-${POINT}.journal`), '{"made":{"key":"cut-off');
  world.swallows = true;
  world.away = false;
  await world.start();
  await world.until(() => world.deliveries.length > 1);
  await world.stop();
  world.swallows = false;
  await world.start();
  await world.until(() => world.status?.waiting === 0);
  expect([...world.delivered.keys()]).toEqual(keys);
  expect((await world.show('card-1', { key: keys[0] as string })).status).toBe(409);
});

it('keeps neither secrets nor cards in its list, and drops it where the API refuses the point', async () => {
  await using world = await EdgeWorld.open();
  await world.start();
  await listed(world);
  const kept = () => readFile(join(world.folder, `edge-${POINT}.json`), 'utf8');
  expect(await kept()).toContain(HASH_KEY);
  expect(await kept()).not.toContain(SECRET);
  expect(await kept()).not.toContain('card-1');
  world.revoked = true;
  await world.until(() => world.status?.sequence === null);
  // Nor after a restart, while the API is away.
  await world.stop();
  world.away = true;
  await world.start();
  expect((await world.show('card-1')).body.decision).toBe('deny');
  expect(await kept()).not.toContain(HASH_KEY);
});
