import type { Transaction } from '../../platform/db/database.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { seedDemoPermit } from './demo.ts';
import { permitFlow } from './flow.ts';
import {
  type PermitInArea,
  type PermitOfPeople,
  permitsInAreas,
  permitsOfPeople,
} from './in-areas.ts';
import { createPermitList } from './list.ts';
import { createPermits } from './permits.ts';
import { createPermitRecords } from './records.ts';
import { registerPermits } from './routes.ts';

/** How soon a permit whose time is over is ended in its record, ms. What it permits ends at its time. */
const END_MS = 5_000;

declare module '../../platform/module.ts' {
  interface ModuleServices {
    permits: {
      inAreas(tx: Transaction, now: Date): Promise<PermitInArea[]>;
      ofPeople(tx: Transaction, people: readonly string[], at: Date): Promise<PermitOfPeople[]>;
    };
  }
}

export const open: Open = (platform) => {
  const { units, workflows, database, settings, features, services, log, accounts } = platform;
  const { tenant } = settings;
  workflows.seed(permitFlow, { read: 'permit:read' });
  const records = createPermitRecords(workflows);
  const permits = createPermits({ units, workflows, records });
  services.provide('permits', { inAreas: permitsInAreas, ofPeople: permitsOfPeople });
  let loop: Loop | null = null;
  let demo: Promise<unknown> = Promise.resolve();
  return {
    register: (app) =>
      registerPermits(app, { list: createPermitList({ units, records }), permits }),
    start() {
      loop = startLoop({
        name: 'permits that are over',
        log,
        everyMs: END_MS,
        async pass() {
          if (features.isOn('permits')) await permits.endOnce(tenant);
          return false;
        },
      });
      if (!settings.demo) return;
      demo = seedDemoPermit({ permits, accounts, database, tenant }).catch((err: unknown) =>
        log.warn({ err }, 'the demonstration has no permit'),
      );
    },
    async close() {
      await Promise.all([loop?.close(), demo]);
    },
  };
};
