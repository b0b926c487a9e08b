import { type Acknowledgement, modelsLoaded, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { BusSigner } from '../../platform/bus-signer.ts';
import { isDatabaseUnavailable } from '../../platform/db/database-errors.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { ModelLogService } from './log.ts';

/** Fields needed to acknowledge an announcement. */
const envelope = z.object({ source: z.string().max(256), id: z.string().max(128) });

/**
 * Receives the workers' model announcements and acknowledges each after its commit. Without an
 * acknowledgement it is sent again. A duplicate, also in another API process, changes nothing.
 */
export function takeLoadedModels(options: {
  bus: Bus;
  service: Pick<ModelLogService, 'take'>;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  signer: Pick<BusSigner, 'sign' | 'fault'>;
  refusals: Pick<BusRefusals, 'note'>;
}): void {
  const { bus, service, metrics, log, tenant, signer, refusals } = options;

  bus.subscribe(topics.modelEvents(tenant, '+'), 1, async (topic, message, payload) => {
    const worker = topic.split('/').at(-1) ?? '';
    const fault = signer.fault(worker, topic, payload);
    if (fault !== null) {
      const detail = `an announcement of models whose signature is ${fault}`;
      return refusals.note({ user: `worker-${worker}`, what: 'signature', topic, detail });
    }
    const sender = envelope.safeParse(message);
    if (!sender.success) {
      metrics.busInvalid.inc({ kind: 'models-loaded' });
      log.warn({ worker }, 'an announcement of models without source or id cannot be answered');
      return;
    }
    const { source, id } = sender.data;
    const answer = (word: Pick<Acknowledgement, 'result' | 'reason'>) => {
      const to = topics.acknowledgements(tenant, worker);
      const full: Acknowledgement = { source, id, ...word, at: new Date().toISOString() };
      bus.publishText(to, signer.sign(worker, to, full));
    };
    const read = modelsLoaded.safeParse(message);
    const wrong = read.success
      ? source === `/vision/${worker}` && read.data.data.worker === worker
        ? null
        : `source and worker must be /vision/${worker} on this topic`
      : z.prettifyError(read.error);
    if (wrong !== null || !read.success) {
      log.error({ worker, id, reason: wrong }, 'an announcement of models is rejected');
      return answer({ result: 'rejected', reason: wrong ?? '' });
    }
    const time = takeTime(metrics, 'models-loaded', read.data.data.since);
    if (time.result === 'waits') {
      log.warn(
        { worker, id },
        'an announcement is ahead of the clock of the API; it will come again',
      );
      return;
    }
    if (time.result === 'refused') {
      return answer({ result: 'rejected', reason: `the time since cannot be (${time.why})` });
    }
    try {
      if ((await service.take(read.data)) === 'revoked') {
        // Without an answer: it may be given a new credential.
        const detail = `the credential of the worker ${worker} is revoked`;
        return refusals.note({ user: `worker-${worker}`, what: 'revoked', topic, detail });
      }
      answer({ result: 'committed' });
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        log.warn({ worker, id }, 'the database is unavailable; the announcement will be repeated');
      } else {
        log.error(
          { err: error, worker, id },
          'an announcement was not stored; it will be repeated',
        );
      }
    }
  });
}
