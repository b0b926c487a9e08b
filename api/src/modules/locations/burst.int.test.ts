import { expect, it } from 'vitest';
import { makeDevice } from '../../testing/devices.ts';
import { openPositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';

/** Reads of a second of 500 tags, as a reader repeats them. */
const [REQUESTS, READS, TAGS] = [20, 5_000, 500];
const [AGREED, REFUSED] = ['badge-agreed', 'badge-refused'] as const;

it('[POS-01] a burst of 100,000 reads is stored without loss, and the positions of a wearer go on beside it', async () => {
  const world = await openPositionsWorld();
  try {
    const reader = await makeDevice(world.api, 'reader', 'impinj-gate');
    for (const [employeeNo, badge] of [
      ['E008', AGREED],
      ['E010', REFUSED],
    ] as const) {
      const person = await world.personOf(employeeNo);
      await world.bind(person, badge);
      if (badge === AGREED) await world.agree(person);
    }
    const handle = await world.handleOf(AGREED);
    const began = Date.now() - 6_000;
    const count = (badge: object) =>
      world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.locationHistory.count({ where: { providerId: badge } }),
      );
    for (let n = 0; n < REQUESTS; n++) {
      const reads = Array.from({ length: READS }, (_, i) => {
        const at = new Date(began + n * 250 + Math.floor(i / TAGS)).toISOString();
        const tagInventoryEvent = {
          epcHex: `B${1000 + (i % TAGS)}`,
          antennaPort: 1,
          lastSeenTime: at,
        };
        return { hostname: 'impinj-gate', eventType: 'tagInventory', tagInventoryEvent };
      });
      const answer = await world.api.post('/api/v1/ingest/rfid/impinj', reads, reader.headers);
      expect(await answer.json()).toEqual({ taken: READS, skipped: 0 });
      for (const badge of [AGREED, REFUSED]) {
        await world.fix(badge, { position: { type: 'Point', coordinates: [n, 7.9] } });
      }
    }
    expect(await count({ startsWith: 'B1' })).toBe(REQUESTS * READS);
    // Who agreed is seen by the workers all the while, in order; who did not is neither seen nor stored.
    const told = () =>
      world.heard
        .filter(({ fix }) => fix.position[1] === 7.9)
        .map(({ fix }) => [fix.handle, fix.position[0]]);
    await until(() => told().length >= REQUESTS, 'all of the wearer');
    expect(told()).toEqual(Array.from({ length: REQUESTS }, (_, n) => [handle, n]));
    expect(await count({ equals: REFUSED })).toBe(0);
  } finally {
    await world.stop();
  }
}, 120_000);
