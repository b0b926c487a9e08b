import { topics } from '@anshi/contracts';
import type { Bus } from '../../platform/bus.ts';
import type { BusSigner } from '../../platform/bus-signer.ts';
import type { CamerasConfiguration } from './configuration.ts';
import type { CameraStates } from './health.ts';

/**
 * Tells each worker that was heard which configuration it should have, retained. One that was away
 * asks the API when it comes back, so that none needs to be known here beforehand.
 */
export function createWorkerNotices(options: {
  bus: Pick<Bus, 'publishRetained'>;
  signer: Pick<BusSigner, 'sign'>;
  tenant: string;
  configuration: Pick<CamerasConfiguration, 'revisionFor'>;
  states: Pick<CameraStates, 'workers'>;
}): { tell(): void } {
  const { bus, signer, tenant, configuration, states } = options;
  const told = new Map<string, string>();
  return {
    tell() {
      for (const { worker } of states.workers()) {
        const revision = configuration.revisionFor(worker);
        if (!revision || told.get(worker) === revision) continue;
        told.set(worker, revision);
        const topic = topics.configuration(tenant, worker);
        const message = { revision, at: new Date().toISOString() };
        bus.publishRetained(topic, signer.sign(worker, topic, message));
      }
    },
  };
}
