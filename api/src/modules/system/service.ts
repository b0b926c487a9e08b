import type { Bus } from '../../platform/bus.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Disks } from '../../platform/disks/watch.ts';
import type { FilesStatus } from '../../platform/files/module.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { CamerasConfiguration } from '../cameras/configuration.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { ViolationsService } from '../violations/service.ts';

const PING_WITHIN_MS = 2_000;
const COUNT_EVERY_MS = 5_000;

export type SystemService = ReturnType<typeof createSystemService>;

export function createSystemService(options: {
  version: string;
  demo: boolean;
  tenant: string;
  database: Database;
  bus: Bus;
  metrics: Metrics;
  configuration: CamerasConfiguration;
  states: CameraStates;
  violations: ViolationsService;
  /** State of the upload scanner. */
  files: () => Promise<FilesStatus>;
  disks: Pick<Disks, 'all'>;
}) {
  const { version, demo, tenant, database, bus, metrics, configuration, states } = options;

  /** The route is public: concurrent requests share one connection. */
  let asking: Promise<boolean> | null = null;
  function databaseAnswers(): Promise<boolean> {
    asking ??= askDatabase().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function askDatabase(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), PING_WITHIN_MS);
    });
    const ping = database.ping().then(
      () => true,
      () => false,
    );
    return Promise.race([ping, late]).finally(() => clearTimeout(timer));
  }

  /** The metrics are public locally, and counting reads every row: rate-limited. */
  let counting: Promise<void> = Promise.resolve();
  let countedAt = Number.NEGATIVE_INFINITY;
  function count(): Promise<void> {
    if (performance.now() - countedAt < COUNT_EVERY_MS) return counting;
    countedAt = performance.now();
    counting = options.violations.countByStatus(tenant).then(
      (counts) => {
        for (const status of ['pending', 'confirmed', 'dismissed']) {
          metrics.violations.set({ status }, counts.get(status) ?? 0);
        }
      },
      // The other metrics need no database.
      () => metrics.violations.reset(),
    );
    return counting;
  }

  return {
    describe: async () => ({
      version,
      demo,
      files: await options.files(),
      workers: states.workers(),
      disks: [...options.disks.all()],
      camerasFile: { problems: configuration.problems },
    }),

    async health() {
      const database = (await databaseAnswers()) ? 'ok' : 'unreachable';
      const connected = bus.connected ? 'ok' : 'unreachable';
      const status = database === 'ok' && connected === 'ok' ? 'ok' : 'degraded';
      return { status, database, bus: connected, version, demo } as const;
    },

    async metrics() {
      await count();
      return {
        text: await metrics.registry.metrics(),
        contentType: metrics.registry.contentType,
      };
    },
  };
}
