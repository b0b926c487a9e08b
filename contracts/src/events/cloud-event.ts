import { z } from 'zod';
import { instant, traceparent } from '../primitives.ts';
import { storable } from '../storable-text.ts';

/**
 * A CloudEvent 1.0 in structured JSON (https://github.com/cloudevents/spec), the format of all
 * facts between the rooms. Consumers drop a duplicate with the same `source` and `id`.
 *
 * @param extensions further attributes of this type of event.
 */
export function cloudEvent<
  Type extends string,
  Data extends z.ZodType,
  Extensions extends z.ZodRawShape = Record<never, never>,
>(type: Type, data: Data, extensions: Extensions = {} as Extensions) {
  const event = z.object({
    ...extensions,
    specversion: z.literal('1.0').describe('Version of CloudEvents.'),
    id: z
      .string()
      .min(1)
      .max(128)
      .describe('Identifies the event within its source; a repeated one has the same id.'),
    source: z
      .string()
      .min(1)
      .max(256)
      .describe('The sender: `/vision/<worker>`, `/api`, `/simulator/<name>` …'),
    type: z.literal(type).describe('What happened, with the version of `data`.'),
    time: instant.describe('When it happened.'),
    subject: z.string().optional().describe('The id of the entity that it is about.'),
    datacontenttype: z.literal('application/json').describe('Format of `data`.'),
    traceparent: traceparent
      .optional()
      // A malformed one is dropped: the event itself is still accepted.
      .catch(undefined)
      .describe(
        'The trace of its cause (W3C Trace Context; extension "distributed tracing" of CloudEvents), where the sender makes traces.',
      ),
    data: data.describe('Payload of the event.'),
  });
  return storable(event);
}
