import { topics } from '@anshi/contracts';
import { z } from 'zod';
import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createAreas } from './areas.ts';
import { logBarriers } from './barriers.ts';
import { createByHand } from './by-hand.ts';
import { correctDrivers } from './drivers.ts';
import { createVehicleEvents } from './events.ts';
import { createVehicleList } from './list.ts';
import { watchVehicles } from './loop.ts';
import { FEATURE } from './manifest.ts';
import { createPasses } from './passes.ts';
import { createPlaces } from './places.ts';
import { registerVehicles } from './routes.ts';
import { createSettle } from './settle.ts';
import { createTags } from './tags.ts';
import { createTell } from './tell.ts';
import { createVehicles } from './vehicles.ts';
import { takeVehicleFixes } from './watch.ts';
import { todayAt } from './words.ts';

const record = z.object({ data: z.object({ vehicle: z.string().nullable() }) });

/** Vehicles with tags: where they may be, how fast, who drives them, and when they pass a portal. */
export const open: Open = (platform) => {
  const { services, bus, live, settings, features, notices } = platform;
  const { tenant, timeZone } = settings;
  const settle = createSettle({ tenant, timeZone, tell: createTell(notices) });
  let loop: Loop | null = null;
  const nudge = () => loop?.nudge();

  // Also while the feature is off: a tag of a vehicle is no badge.
  services.get('fixes').onVehicles({
    among: async (tx, names) => {
      const where = { tag: { in: [...names] }, until: null };
      const rows = await tx.vehicleTag.findMany({ where, select: { tag: true } });
      return new Set(rows.map(({ tag }) => tag));
    },
    take: async (tx, batch) => {
      if (features.isOn(FEATURE)) await takeVehicleFixes(tx, tenant, batch, todayAt(timeZone));
    },
  });
  services.get('fixes').onNews(nudge);
  correctDrivers(platform);
  logBarriers(platform);
  live.offer('vehicles');
  // What any process committed comes back by the outbox.
  for (const entity of ['vehicle-event', 'vehicle-pass'] as const) {
    bus.subscribe(topics.records(tenant, entity), 1, (_topic, message) => {
      const read = record.safeParse(message);
      if (read.success)
        live.push(tenant, 'vehicles', { type: entity, id: read.data.data.vehicle ?? '' });
    });
  }
  return {
    register: (app) =>
      registerVehicles(app, {
        list: createVehicleList(platform),
        vehicles: createVehicles(platform),
        tags: createTags(platform),
        areas: createAreas(platform),
        events: createVehicleEvents(platform),
        passes: createPasses(platform),
        byHand: createByHand(platform),
        places: createPlaces(platform),
      }),
    start() {
      loop = watchVehicles({ ...platform, settle });
      nudge();
    },
    close: () => loop?.close(),
  };
};
