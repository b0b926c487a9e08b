import { z } from 'zod';
import { instant } from '../primitives.ts';
import { storable } from '../storable-text.ts';

const read = z
  .looseObject({
    epcHex: z
      .string()
      .regex(/^[0-9A-Fa-f]{1,124}$/)
      .optional()
      .describe('The EPC of the badge in hexadecimal.'),
    // 62 bytes, the most that a badge holds.
    epc: z.base64().max(84).optional().describe('The EPC in base64, where there is no epcHex.'),
    antennaPort: z.number().int().min(1).max(64).describe('Number of the antenna, from 1.'),
    peakRssiCdbm: z.number().optional().describe('Strongest signal, hundredths of a dBm.'),
    lastSeenTime: instant.optional().describe('When the antenna read the badge last.'),
  })
  .optional()
  .describe('The read, where eventType is tagInventory.');

/**
 * One event of a reader in the form of the Impinj IoT Device Interface (tag inventory). Other kinds of events come in
 * the same stream and are left out.
 */
export const impinjEvent = storable(
  z.looseObject({
    eventType: z.string().max(64).describe('`tagInventory` for a read; others are left out.'),
    hostname: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Name of the reader, as its credential has it; left out: that of the topic.'),
    timestamp: instant.optional().describe('When the event was made.'),
    tagInventoryEvent: read,
  }),
);
export type ImpinjEvent = z.infer<typeof impinjEvent>;

/** What a reader sends in one message. */
export const impinjEvents = z.union([z.array(impinjEvent).max(5000), impinjEvent]);

/** The name of a reader as its credential has it: `SpeedwayR-10.local` is `speedwayr-10-local`. */
export const readerName = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64);
