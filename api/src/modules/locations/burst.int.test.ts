import { topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { makeDevice } from '../../testing/devices.ts';
import { openPositionsWorld } from '../../testing/positions-world.ts';
import { busUser, until } from '../../testing/site.ts';

/** Reads of a second of 500 tags, as a reader repeats them. */
const [REQUESTS, READS, TAGS] = [20, 5_000, 500];

it('[POS-01] a burst of 100,000 reads is stored without loss, and the bus goes on beside it', async () => {
  const world = await openPositionsWorld();
  try {
    const reader = await makeDevice(world.api, 'reader', 'impinj-gate');
    const { url, options } = busUser(world.site, 'simulator');
    const client = await mqtt.connectAsync(url, options);
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
      const fix = {
        position: { type: 'Point', coordinates: [3, 7.9] },
        source: 'hall',
        provider_type: 'rfid',
        provider_id: 'badge-beside',
        timestamp_generated: new Date().toISOString(),
        crs: 'local',
        accuracy: 0.5,
      };
      const topic = topics.readerLocations('demo', 'hall');
      await client.publishAsync(topic, JSON.stringify(fix), { qos: 1 });
    }
    await client.endAsync(true);
    expect(await count({ startsWith: 'B1' })).toBe(REQUESTS * READS);
    await until(
      async () => (await count({ equals: 'badge-beside' })) === REQUESTS,
      'all of the bus',
    );
  } finally {
    await world.stop();
  }
}, 120_000);
