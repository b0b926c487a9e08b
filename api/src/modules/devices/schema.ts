import { evidenceKeyId, instant, slug, ulid } from '@anshi/contracts';
import { deviceKinds } from '@anshi/contracts/device-secret';
import { z } from 'zod';
import {
  commaSeparated,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
} from '../../platform/kit/schemas.ts';

const deviceKind = z.enum(deviceKinds);
/** As lists show them; the shared token is no device. */
const anyKind = z.enum([...deviceKinds, 'shared']);

export const states = ['unused', 'in-use', 'idle', 'ended', 'revoked'] as const;
export type State = (typeof states)[number];

export const deviceSchema = z
  .object({
    id: ulid,
    kind: anyKind,
    name: z.string(),
    note: z.string().nullable(),
    speaksFor: z.array(z.string()),
    keyId: z.string(),
    state: z
      .enum(states)
      .describe('`unused`: never used; `idle`: not for 90 days; `ended`: its time is over.'),
    origin: z.enum(['page', 'enrolled', 'settings']),
    createdAt: instant,
    createdBy: z.string().nullable(),
    rotatedAt: instant.nullable(),
    oldUntil: instant.nullable(),
    oldUsedAt: instant.nullable(),
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    revokedBy: z.string().nullable(),
    revokedReason: z.string().nullable(),
    firstUsedAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
    lastUsedFrom: z.string().nullable(),
    refused: z
      .object({
        count: z.number().int(),
        at: instant,
        from: z.string().nullable(),
        reason: z.string().nullable(),
      })
      .nullable()
      .describe('What was refused with it; null where nothing was.'),
    version: z.number().int(),
  })
  .meta({ id: 'DeviceCredential', description: 'What a device proves itself with.' });
export type DeviceView = z.infer<typeof deviceSchema>;

export const deviceWithSecret = deviceSchema
  .extend({
    secret: z.string().describe('Shown this once: the device is configured with it.'),
    busUser: z.string().describe('User and client id on the bus.'),
    busTopics: z.array(z.string()).describe('The topics that it may publish to.'),
    busReads: z.array(z.string()).describe('The topics that it may subscribe to.'),
    busKey: z
      .string()
      .nullable()
      .describe(
        'The key by which commands, answers and states are signed; null for a kind that takes no commands.',
      ),
  })
  .meta({ id: 'DeviceCredentialWithSecret' });
export type DeviceWithSecret = z.infer<typeof deviceWithSecret>;

export const devicePage = pageOf(deviceSchema)
  .extend({
    counts: z.object({
      all: z.number().int().describe('How many count now.'),
      neverUsed: z.number().int(),
      idle: z.number().int().describe('How many were not used for 90 days.'),
      refusedLately: z.number().int(),
    }),
  })
  .meta({ id: 'DeviceCredentialPage' });

export const deviceQuery = z.object({
  kind: commaSeparated(anyKind).optional(),
  state: z.enum(['in-force', 'revoked']).optional(),
  q: z.string().trim().max(64).optional().describe('A part of the name or the note.'),
  ...pageQuery(),
});

export const deviceInput = z
  .strictObject({
    kind: deviceKind,
    name: slug.describe('The provider, machine or worker id that the device sends for.'),
    note: line(200).optional(),
    speaksFor: z.array(slug).max(200).optional(),
  })
  .refine(({ kind, speaksFor = [] }) => kind === 'gateway' || speaksFor.length === 0, {
    path: ['speaksFor'],
    message: 'only a gateway sends for other devices',
  })
  .meta({ id: 'NewDevice' });

export const rotateInput = z
  .strictObject({
    version: lookedAtVersion,
    overlapHours: z
      .number()
      .min(0)
      .max(720)
      .default(24)
      .describe('How long the secret before still counts by HTTP; 0 ends it at once.'),
  })
  .meta({ id: 'DeviceRotation' });

export const revokeInput = z
  .strictObject({ reason: line(200).min(1) })
  .meta({ id: 'DeviceRevocation' });

export const enrolInput = z
  .strictObject({
    worker: slug,
    secret: z.string().regex(/^anshi_[0-9a-z]{16}_[A-Za-z0-9_-]{43}$/, 'must be a device secret'),
  })
  .meta({ id: 'WorkerEnrolment' });

const evidenceKeyState = z
  .enum(['active', 'retired', 'revoked'])
  .describe('`retired`: another key took its place, and what it signed still counts.');
export type EvidenceKeyState = z.infer<typeof evidenceKeyState>;

export const evidenceKeySchema = z
  .object({
    id: evidenceKeyId.describe('First 32 hexadecimal digits of the SHA-256 of the public key.'),
    worker: z.string().describe('The worker that has the private half.'),
    publicKey: z.string().describe('SPKI in base64 (Ed25519).'),
    state: evidenceKeyState,
    enrolledAt: instant.describe('When the worker enrolled it.'),
    retiredAt: instant.nullable().describe('When another key took its place.'),
    revokedAt: instant.nullable(),
    revokedBy: z.string().nullable(),
    revokedReason: z.string().nullable(),
  })
  .meta({ id: 'EvidenceKey', description: 'The key by which a worker signs evidence.' });
export type EvidenceKeyView = z.infer<typeof evidenceKeySchema>;

export const evidenceKeyList = z
  .object({ items: z.array(evidenceKeySchema) })
  .meta({ id: 'EvidenceKeyList' });
export const evidenceKeyParams = z.object({
  id: ulid,
  key: z.string().max(64).describe('Id of the key.'),
});

export const evidenceKeyInput = z
  .strictObject({ publicKey: z.string().max(128).describe('SPKI in base64 (Ed25519).') })
  .meta({ id: 'EvidenceKeyEnrolment' });
export const evidenceKeyEnrolled = z
  .object({ id: evidenceKeyId.describe('Id of the key.') })
  .meta({ id: 'EvidenceKeyEnrolled' });

export const workerSelf = z
  .object({
    worker: z.string(),
    time: instant.describe('The clock of the API, for comparison.'),
    evidenceKeys: z
      .array(z.object({ id: evidenceKeyId.describe('Id of the key.'), state: evidenceKeyState }))
      .describe('The keys by which it signed evidence so far.'),
    liveKeys: z.array(
      z.object({ id: z.string(), publicKey: z.string().describe('SPKI in base64 (Ed25519).') }),
    ),
  })
  .meta({ id: 'WorkerSelf', description: 'What a worker must know of itself.' });
