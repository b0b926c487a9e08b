import { z } from 'zod';
import { instant, traceparent } from '../primitives.ts';

/**
 * A CloudEvent 1.0 in structured JSON (https://github.com/cloudevents/spec), which is how every
 * fact travels between the rooms. Consumers drop a second one with the same `source` and `id`.
 */
export function cloudEvent<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({
    specversion: z.literal('1.0'),
    id: z.string().min(1).max(128),
    /** `/vision/<worker>`, `/simulator/<name>` … */
    source: z.string().min(1).max(256),
    type: z.literal(type),
    time: instant,
    subject: z.string().optional(),
    datacontenttype: z.literal('application/json'),
    /**
     * The trace that the event came from (extension "distributed tracing" of CloudEvents), where the
     * sender makes traces. A damaged one is left out: an event is not lost for it.
     */
    traceparent: traceparent.optional().catch(undefined),
    data,
  });
}
