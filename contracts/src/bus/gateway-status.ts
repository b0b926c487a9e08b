import { z } from 'zod';
import { edgeFaults } from '../edge/permits.ts';
import { instant, slug } from '../primitives.ts';

/**
 * What a gateway carries: retained, sent when it starts and every ten seconds; its last will says that
 * it is offline. Each device has a state of its own beside it.
 */
export const gatewayStatus = z.object({
  gateway: slug.describe('Name of the gateway, as in its credential.'),
  online: z.boolean().describe('False in its last will, and where it stops in order.'),
  devices: z
    .array(
      z.object({
        device: slug.describe('Name of the device or the reader.'),
        fault: z
          .string()
          .nullable()
          .describe('Why it cannot be switched, or does not read, now; null where it does.'),
      }),
    )
    .max(300)
    .describe('The devices and readers that it carries.'),
  gates: z
    .array(
      z.object({
        point: slug.describe('Name of the point.'),
        online: z.boolean().describe('The API answered its last request.'),
        sequence: z.number().int().nullable().describe('Its list of permits; null for none.'),
        waiting: z.number().int().describe('Decisions that are not delivered yet.'),
        fault: z.enum(edgeFaults).nullable().describe('What it refused last.'),
      }),
    )
    .max(200)
    .optional()
    .describe('The points for which it decides while the API is away.'),
  at: instant.describe('When it was so.'),
});
export type GatewayStatus = z.infer<typeof gatewayStatus>;
