import pino from 'pino';
import { expect, it } from 'vitest';
import type { Bus, BusHandler } from '../../platform/bus.ts';
import { createBusSigner } from '../../platform/bus-signer.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { takeViolationEvents } from './events.ts';
import type { IngestService } from './service.ts';

it('events beyond the queue limit are deferred, not kept in memory', async () => {
  let hear: BusHandler = () => {};
  const bus: Bus = {
    connected: true,
    connectedSince: 0,
    subscribe: (_filter, _qos, handler) => {
      hear = handler;
    },
    publish: () => {},
    publishText: () => {},
    publishOnce: () => {},
    publishRetained: () => {},
    publishTextAcknowledged: () => Promise.resolve(),
    publishRetainedAcknowledged: () => Promise.resolve(),
    publishAcknowledged: async () => {},
    close: async () => {},
  };
  const service: IngestService = {
    take: () => new Promise(() => {}),
    store: async () => true,
  };
  const metrics = createMetrics();
  const signer = createBusSigner('a secret of the bus, long enough for all', 'demo');
  const refusals = { note: () => {} };
  const log = pino({ level: 'silent' });
  takeViolationEvents({ bus, service, metrics, log, tenant: 'demo', signer, refusals });
  const topic = 'anshi/v1/demo/events/violation/worker-1';
  for (let i = 0; i < 10_010; i++) {
    const text = signer.sign('worker-1', topic, { source: '/vision/worker-1', id: `${i}` });
    void hear(topic, JSON.parse(text), Buffer.from(text), false);
  }
  const { values } = await metrics.ingested.get();
  const putOff = values.find(({ labels }) => labels.result === 'put-off');
  expect(putOff?.value).toBeGreaterThan(0);
});
