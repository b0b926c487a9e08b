import {
  type Acknowledgement,
  type BusRefusalKind,
  receivedViolationEvent,
  topics,
  type ViolationEvent,
} from '@anshi/contracts';
import { inSpan, type Span, SpanKind, type SpanSettings } from '@anshi/contracts/tracing';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { BusSigner } from '../../platform/bus-signer.ts';
import { isDatabaseUnavailable, noRoomOf } from '../../platform/db/database-errors.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { IngestService } from './service.ts';

/** What every event has that can be answered at all. */
const envelope = z.object({ source: z.string().max(256), id: z.string().max(128) });

/** As many events at once as leaves connections to the people who review. */
const AT_ONCE = 4;
/** What waits for its turn; more than that gets no word, and comes again. */
const MOST_WAITING = 10_000;

/**
 * Takes violation events from the bus and answers each one that is committed, after its commit. No
 * answer means: send it again.
 *
 * Every API process takes every event (MQTT 3.1.1 has no shared subscriptions); that the second
 * commit of an event changes nothing makes that harmless.
 */
export function takeViolationEvents(options: {
  bus: Bus;
  service: IngestService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  signer: Pick<BusSigner, 'sign' | 'fault'>;
  refusals: Pick<BusRefusals, 'note'>;
}): void {
  const { bus, service, metrics, log, tenant, signer, refusals } = options;
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;

  function enqueue(work: () => Promise<void>): void {
    waiting.push(work);
    if (running < AT_ONCE) void drain();
  }
  async function drain(): Promise<void> {
    running++;
    for (let work = waiting.shift(); work; work = waiting.shift()) await work();
    running--;
  }

  function acknowledge(worker: string, word: Omit<Acknowledgement, 'at'>): void {
    const message: Acknowledgement = { ...word, at: new Date().toISOString() };
    const topic = topics.acknowledgements(tenant, worker);
    bus.publishText(topic, signer.sign(worker, topic, message));
  }

  async function take(worker: string, message: unknown, heardAt: number): Promise<void> {
    const topic = topics.violationEvents(tenant, worker);
    const refuse = (what: BusRefusalKind, detail: string) =>
      refusals.note({ user: `worker-${worker}`, what, topic, detail });
    const sender = envelope.safeParse(message);
    if (!sender.success) {
      metrics.busInvalid.inc({ kind: 'violation-event' });
      log.warn({ worker }, 'an event without source or id cannot be answered');
      return;
    }
    const { source, id } = sender.data;
    const reject = (type: string, reason: string, what: BusRefusalKind = 'schema') => {
      metrics.ingested.inc({ type, result: 'rejected' });
      log.error({ worker, id, reason }, 'an event is rejected');
      refuse(what, reason);
      acknowledge(worker, { source, id, result: 'rejected', reason });
    };
    const read = receivedViolationEvent.safeParse(message);
    if (!read.success) return reject('unknown', z.prettifyError(read.error));
    const event = read.data;
    const type = event.type.split('.')[3] ?? 'unknown';
    if (source !== `/vision/${worker}`) {
      return reject(type, `the source must be /vision/${worker} on this topic`, 'sender');
    }
    await inSpan('ingest', spanOf(event), (span) => commit(event, span));

    async function commit(event: ViolationEvent, span: Span | null): Promise<void> {
      try {
        const outcome = await service.take(event, worker);
        span?.setAttribute('anshi.result', outcome.result);
        if (outcome.result === 'rejected') return reject(type, outcome.reason, outcome.what);
        metrics.ingested.inc({ type, result: outcome.result });
        if (outcome.result === 'waiting') {
          if (outcome.what) refuse(outcome.what, outcome.reason);
          log.info({ worker, id, reason: outcome.reason }, 'an event waits; it will come again');
          return;
        }
        const signature = 'signature' in outcome ? outcome.signature : undefined;
        if (signature !== undefined && signature !== 'signed') {
          const detail = `the evidence is recorded, and its own signature is not right: ${signature}`;
          log.error({ worker, id, signature }, detail);
          refuse('signature', detail);
        }
        if ('identityDropped' in outcome && outcome.identityDropped) {
          log.error({ worker, id }, outcome.identityDropped);
          refuse('handle', outcome.identityDropped);
        }
        acknowledge(worker, { source, id, result: 'committed' });
        metrics.acknowledgeSeconds.observe((performance.now() - heardAt) / 1000);
      } catch (error) {
        span?.setAttribute('anshi.result', 'failed');
        metrics.ingested.inc({ type, result: 'failed' });
        if (noRoomOf(error)) {
          log.error({ worker, id }, 'there is no room for an event; it will come again');
        } else if (isDatabaseUnavailable(error)) {
          log.warn({ worker, id }, 'the database is away; the event will come again');
        } else {
          log.error({ err: error, worker, id }, 'an event was not taken; it will come again');
        }
      }
    }
  }

  bus.subscribe(topics.violationEvents(tenant, '+'), 1, (topic, message, payload) => {
    const worker = topic.split('/').at(-1) ?? '';
    const heardAt = performance.now();
    // Before it takes a place in the queue, and without an answer: without a key nobody gets further.
    const fault = signer.fault(worker, topic, payload);
    if (fault !== null) {
      metrics.ingested.inc({ type: 'unknown', result: 'unsigned' });
      const detail = `an event whose signature is ${fault}`;
      refusals.note({ user: `worker-${worker}`, what: 'signature', topic, detail });
      return;
    }
    if (waiting.length >= MOST_WAITING) {
      metrics.ingested.inc({ type: 'unknown', result: 'put-off' });
      return;
    }
    enqueue(() => take(worker, message, heardAt));
  });
}

/** A worker that makes no traces sends none: then the trace begins here. */
function spanOf({ type, id, traceparent, data }: ViolationEvent): SpanSettings {
  return {
    kind: SpanKind.CONSUMER,
    parent: traceparent ?? null,
    attributes: {
      'cloudevents.event_type': type,
      'cloudevents.event_id': id,
      'messaging.system': 'mqtt',
      'messaging.operation.type': 'process',
      'anshi.violation': data.violation,
    },
  };
}
