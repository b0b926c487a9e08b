import { topics } from '@anshi/contracts';
import { inSpan, SpanKind } from '@anshi/contracts/tracing';
import type { Logger } from 'pino';
import type { Bus } from '../bus.ts';
import type { Database } from '../db/database.ts';
import { type Loop, startLoop } from '../feed/loop.ts';
import { createOutboxFeed, type OutboxRow, toCloudEvent } from './events.ts';

const BATCH = 200;
const EVERY_MS = 2_000;

/**
 * Publishes committed events on the bus, at least once: an event is done when the broker has
 * acknowledged it. While the broker is unavailable they wait in the database.
 */
export function startPublisher(options: {
  database: Database;
  bus: Bus;
  tenant: string;
  log: Logger;
  everyMs?: number;
}): Loop {
  const { database, bus, tenant, log, everyMs = EVERY_MS } = options;
  const feed = createOutboxFeed({
    database,
    tenant,
    name: 'bus',
    batch: BATCH,
    async take(_tx, rows) {
      // They are sent in order on one connection; acknowledgements may arrive out of order.
      const told = await Promise.allSettled(
        rows.map((row) =>
          traced(row, () =>
            bus.publishAcknowledged(topics.records(tenant, row.entity), toCloudEvent(row)),
          ),
        ),
      );
      const missed = told.findIndex(({ status }) => status === 'rejected');
      return missed === -1 ? rows.length : missed;
    },
  });
  return startLoop({
    name: 'outbox',
    log,
    everyMs,
    async pass() {
      if (!bus.connected) return false;
      return (await feed.pass())?.more === true;
    },
  });
}

/** An event of a trace is published within it. */
function traced(row: OutboxRow, publish: () => Promise<void>): Promise<void> {
  if (row.traceparent === null) return publish();
  const attributes = {
    'cloudevents.event_type': row.type,
    'cloudevents.event_id': row.id,
    'messaging.system': 'mqtt',
    'messaging.operation.type': 'send',
  };
  const parent = row.traceparent;
  return inSpan('publish', { kind: SpanKind.PRODUCER, parent, attributes }, publish);
}
