import type { Bus } from '../../platform/bus.ts';
import type { Database } from '../../platform/database.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { CamerasConfiguration } from '../cameras/file.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { ViolationsService } from '../violations/service.ts';

const PING_WITHIN_MS = 2_000;

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
}) {
  const { version, demo, tenant, database, bus, metrics, configuration, states } = options;

  async function databaseAnswers(): Promise<boolean> {
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

  return {
    describe: () => ({
      version,
      demo,
      workers: states.workers(),
      camerasFile: { problems: configuration.problems },
    }),

    async health() {
      const database = (await databaseAnswers()) ? 'ok' : 'unreachable';
      const connected = bus.connected ? 'ok' : 'unreachable';
      const status = database === 'ok' && connected === 'ok' ? 'ok' : 'degraded';
      return { status, database, bus: connected, version } as const;
    },

    async metrics() {
      try {
        const counts = await options.violations.countByStatus(tenant);
        for (const status of ['pending', 'confirmed', 'dismissed']) {
          metrics.violations.set({ status }, counts.get(status) ?? 0);
        }
      } catch {
        // The rest is measured without the database.
        metrics.violations.reset();
      }
      return {
        text: await metrics.registry.metrics(),
        contentType: metrics.registry.contentType,
      };
    },
  };
}
