import { inSpan, SpanKind } from '@anshi/contracts/tracing';
import type { Unit } from '../db/unit-of-work.ts';
import type { OutboxRow } from '../outbox/events.ts';
import type { Consumer } from './types.ts';

/** A handler's work belongs to the trace of its event. */
export function handleTraced(consumer: Consumer, unit: Unit, row: OutboxRow): Promise<void> {
  const { id, type, subject, at, data, traceparent } = row;
  const handle = () => consumer.handle(unit, { id, type, subject, at, data });
  if (traceparent === null) return handle();
  const attributes = { 'cloudevents.event_type': type, 'anshi.consumer': consumer.name };
  return inSpan('consume', { kind: SpanKind.CONSUMER, parent: traceparent, attributes }, handle);
}
