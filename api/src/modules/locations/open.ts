import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { permittedLocations } from '../consent/gate.ts';
import { createAcknowledge } from './acknowledge.ts';
import { createClose } from './close.ts';
import { takeLocations } from './events.ts';
import { takeHandOvers } from './hand-overs.ts';
import { createIntake, type FixConsumer, type VehicleTags } from './intake.ts';
import { registerKept } from './kept-routes.ts';
import { createLocationLists } from './lists.ts';
import { keepNamed } from './named.ts';
import { watchOddBadges } from './odd-watch.ts';
import { keepFixes } from './repository.ts';
import { locationsModule } from './routes.ts';
import { createLocationsService } from './service.ts';
import { createLocationSettings } from './settings.ts';
import { dropPassingFixes, FEATURE, watchBadges } from './watch.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    fixes: {
      /** Takes the fixes of each badge in order, in the transaction that stores them. */
      on(consumer: FixConsumer): void;
      /** Takes those of the tags of vehicles, in place of the others. */
      onVehicles(tags: VehicleTags): void;
      /** Keeps what lives for minutes: what an event rests on. */
      keep: typeof keepFixes;
      /** Called after a commit that moved a badge to other areas, or changed whether it is heard. */
      onNews(listener: () => void): void;
    };
  }
}

/** Positions of badges and vehicles, of those who agreed to it: live for minutes, and kept at an interval. */
export const open: Open = (platform) => {
  const { settings, log, database, bus, metrics, devices, services, features } = platform;
  const positions = services.get('positions');
  const readers = services.get('readers');
  const refusals = platform.busRefusals;
  const { tenant } = settings;
  const intake = createIntake(platform, permittedLocations);
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  let loop: Loop | null = null;
  let dropping: Loop | null = null;
  let odd: Loop | null = null;
  const service = createLocationsService({
    database,
    metrics,
    log,
    tenant,
    store: intake.take,
    stored({ isNews, says }) {
      if (isNews) changed();
      if (isNews || says) loop?.nudge();
    },
    arrived(location) {
      readers.note(location);
      positions.take(location);
    },
    isOn: () => features.check(FEATURE),
  });
  services.provide('fixes', {
    on: intake.on,
    onVehicles: intake.onVehicles,
    keep: keepFixes,
    onNews: (listener) => void listeners.push(listener),
  });
  keepNamed(platform);
  takeLocations({ bus, metrics, log, tenant, service, refusals, readers });
  takeHandOvers(platform, () => loop?.nudge());
  const ingest = locationsModule(service, devices, readers);
  const kept = {
    lists: createLocationLists(platform),
    settings: createLocationSettings(platform),
    acknowledge: createAcknowledge(platform),
    close: createClose(platform),
  };
  return {
    register(app) {
      ingest.register(app);
      registerKept(app, kept);
    },
    start() {
      loop = watchBadges(platform, { isBehind: service.isBehind, changed });
      dropping = dropPassingFixes(platform);
      odd = watchOddBadges(platform, () => {
        changed();
        loop?.nudge();
      });
    },
    async close() {
      await loop?.close();
      await dropping?.close();
      await odd?.close();
      await service.close();
    },
  };
};
