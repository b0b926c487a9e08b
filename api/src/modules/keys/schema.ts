import { ulid } from '@anshi/contracts';
import { z } from 'zod';

const at = z.iso.datetime({ offset: true });

export const custodySchema = z
  .object({
    keyId: z.string().describe('* for the whole ring.'),
    person: z.object({ id: ulid, name: z.string() }),
    since: at,
    takenOverFrom: z.object({ id: ulid, name: z.string() }).nullable(),
    note: z.string(),
    recordedBy: z.string().nullable(),
  })
  .meta({ id: 'KeyCustody', description: 'Who keeps the keys, since when, and from whom.' });

export const keyStatus = z
  .object({
    keyring: z
      .array(
        z.object({
          id: z.string(),
          createdAt: at,
          current: z.boolean(),
          wraps: z.number().int().describe('Data keys of this company that it wraps.'),
        }),
      )
      .nullable()
      .describe('Null where the ring cannot be read.'),
    problem: z.string().nullable(),
    data: z.array(
      z.object({
        dataClass: z.string(),
        generation: z.number().int(),
        kekId: z.string(),
        createdAt: at,
        state: z.enum(['encrypts', 'opens', 'destroyed']),
        values: z.number().int(),
        problem: z.string().nullable(),
      }),
    ),
    custodian: custodySchema.nullable(),
    rotation: z
      .object({
        startedAt: at,
        endedAt: at.nullable(),
        stage: z.enum(['rewrap', 'reencrypt', 'destroy', 'done', 'failed']),
        reencrypted: z.number().int(),
        problem: z.string().nullable(),
      })
      .nullable()
      .describe('The last one that was asked for in this process.'),
  })
  .meta({ id: 'KeyStatus' });
export type KeyStatusAnswer = z.infer<typeof keyStatus>;

export const custodyList = z
  .object({ items: z.array(custodySchema) })
  .meta({ id: 'KeyCustodyList' });

export const keeperQuery = z.object({ q: z.string().trim().min(1).max(64) });
export const keeperList = z
  .object({
    items: z.array(z.object({ id: ulid, name: z.string(), employeeNo: z.string() })),
  })
  .meta({ id: 'KeeperList' });

export const custodyRequest = z
  .strictObject({
    keyId: z.string().min(1).max(64).default('*'),
    personId: ulid,
    note: z
      .string()
      .trim()
      .min(4)
      .max(1000)
      .describe('How it was transferred, and where the emergency copy is kept.'),
  })
  .meta({ id: 'KeyCustodyRequest' });

export const rotationRequest = z
  .strictObject({
    renew: z
      .boolean()
      .default(true)
      .describe(
        'Generates new data keys and re-encrypts everything; false only rewraps the data keys.',
      ),
    reason: z.string().trim().min(4).max(500),
  })
  .meta({ id: 'KeyRotationRequest' });
