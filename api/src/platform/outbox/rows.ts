import { activeTraceparent } from '@anshi/contracts/tracing';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Caller } from '../access/caller.ts';
import { newId } from '../db/ids.ts';
import type { OutgoingEvent } from '../db/unit-of-work.ts';

/** The CloudEvents type of an event. */
export const typeOf = ({ entity, what }: Pick<OutgoingEvent, 'entity' | 'what'>): string =>
  `cn.anshi.${entity}.${what}.v1`;

/** The rows of a unit's outgoing events, as one statement. */
export function outboxRows({ tenant }: Caller, events: readonly OutgoingEvent[]): Prisma.Sql {
  const rows = events.map(({ entity, what, subject, data }) => ({
    id: newId(),
    type: typeOf({ entity, what }),
    entity,
    subject,
    data,
  }));
  return Prisma.sql`
    INSERT INTO outbox_event (tenant_id, id, type, entity, subject, data, traceparent)
    SELECT ${tenant}, event->>'id', event->>'type', event->>'entity', event->>'subject', event->'data',
           ${activeTraceparent()}::text
    FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) WITH ORDINALITY AS e (event, n)
    ORDER BY n`;
}
