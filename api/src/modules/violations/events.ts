import { topics } from '@anshi/contracts';
import { activeTraceparent } from '@anshi/contracts/tracing';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { type Violation, violationSchema } from './schema.ts';

export type ViolationChange = 'recorded' | 'updated';

const record = z.object({
  source: z.string(),
  type: z.enum(['cn.anshi.violation.recorded.v1', 'cn.anshi.violation.updated.v1']),
  data: z.object({ violation: violationSchema }),
});

/** Tells everyone of a violation, after its commit. */
export interface ViolationEvents {
  announce(tenant: string, change: ViolationChange, violation: Violation): void;
}

/**
 * Pushes to the browsers of this process at once, and over the bus to the other processes and to
 * integrators, so that browsers hear of it wherever they are connected.
 */
export function announceViolations(options: {
  bus: Bus;
  live: LiveEvents;
  apiId: string;
  tenant: string;
}): ViolationEvents {
  const { bus, live } = options;
  const source = `/api/${options.apiId}`;
  const push = (tenant: string, change: ViolationChange, violation: Violation) =>
    live.push(tenant, 'violations', { type: 'violation', change, violation });

  live.offer('violations');
  bus.subscribe(topics.records(options.tenant, 'violation'), 1, (_topic, message) => {
    const read = record.safeParse(message);
    if (!read.success || read.data.source === source) return;
    const change = read.data.type.includes('.recorded.') ? 'recorded' : 'updated';
    push(options.tenant, change, read.data.data.violation);
  });
  return {
    announce(tenant, change, violation) {
      push(tenant, change, violation);
      const traceparent = activeTraceparent();
      bus.publish(topics.records(tenant, 'violation'), {
        specversion: '1.0',
        id: ulid(),
        source,
        type: `cn.anshi.violation.${change}.v1`,
        time: new Date().toISOString(),
        subject: violation.id,
        datacontenttype: 'application/json',
        ...(traceparent !== null && { traceparent }),
        data: { violation },
      });
    },
  };
}
