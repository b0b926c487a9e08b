import { z } from 'zod';
import { instant, traceparent } from '../primitives.ts';

/**
 * A CloudEvent 1.0 in structured JSON (https://github.com/cloudevents/spec), which is how every
 * fact travels between the rooms. Consumers drop a second one with the same `source` and `id`.
 */
export function cloudEvent<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({
    specversion: z.literal('1.0').describe('Version of CloudEvents.'),
    id: z
      .string()
      .min(1)
      .max(128)
      .describe('Names the event within its source; one that comes again has the same.'),
    source: z
      .string()
      .min(1)
      .max(256)
      .describe('Who says it: `/vision/<worker>`, `/api`, `/simulator/<name>` …'),
    type: z.literal(type).describe('What happened, with the version of `data`.'),
    time: instant.describe('When it happened.'),
    subject: z.string().optional().describe('The id of the thing that it is about.'),
    datacontenttype: z.literal('application/json').describe('How `data` is written.'),
    traceparent: traceparent
      .optional()
      // A damaged one is left out: an event is not lost for it.
      .catch(undefined)
      .describe(
        'The trace that it came from (W3C Trace Context; extension "distributed tracing" of CloudEvents), where the sender makes traces.',
      ),
    data: data.describe('What is to be known of it.'),
  });
}
