import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgeDecision } from '@anshi/contracts';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { EdgeWorld, POINT } from '../testing/edge-world.ts';

const KILLS = 6;
const AT_ONCE = 20;

const textOf = (world: EdgeWorld, name: string): string => {
  try {
    return readFileSync(join(world.folder, name), 'utf8');
  } catch {
    return '';
  }
};

it('loses and doubles no decision where the gateway is killed by -9 while it decides', async () => {
  await using world = await EdgeWorld.open();
  await world.startProcess();
  await world.until(() => textOf(world, `edge-${POINT}.json`).includes('"sequence":10'));
  world.away = true;
  const asked: { key: string; at: Date; card: string }[] = [];
  const answered = new Map<string, unknown>();
  for (let kill = 0; kill < KILLS; kill++) {
    const requests = Array.from({ length: AT_ONCE }, (_, n) => ({
      key: ulid(),
      at: new Date(),
      card: n % 3 === 0 ? 'card-2' : 'card-1',
    }));
    asked.push(...requests);
    const before = answered.size;
    const all = requests.map(async ({ key, at, card }) => {
      const answer = await world.show(card, { key, at }).catch(() => null);
      if (answer?.status === 200) answered.set(key, answer.body);
    });
    // In the middle of what comes at once, another one each time.
    await world.until(() => answered.size > before + kill);
    await world.end('SIGKILL');
    await Promise.all(all);
    await world.startProcess();
  }
  expect(answered.size).toBeGreaterThan(KILLS);
  // What was answered is answered as before; what was not is decided now.
  for (const { key, at, card } of asked) {
    const again = await world.show(card, { key, at });
    expect(again.status).toBe(200);
    if (answered.has(key)) expect(again.body).toEqual(answered.get(key));
    answered.set(key, again.body);
  }
  // Killed once more while it delivers, before it has heard of any.
  world.swallows = true;
  world.away = false;
  await world.until(() => world.deliveries.length > 0);
  const first = new Map<string, EdgeDecision>(world.delivered);
  await world.end('SIGKILL');
  world.swallows = false;
  await world.startProcess();
  await world.until(() => !textOf(world, `edge-${POINT}.journal`).includes('card-'));
  expect([...world.delivered.keys()].sort()).toEqual(asked.map(({ key }) => key).sort());
  for (const [key, decision] of first) expect(world.delivered.get(key)).toEqual(decision);
  for (const [key, body] of answered) {
    expect(world.delivered.get(key)?.decision).toBe((body as { decision: string }).decision);
  }
});
