import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/** No list of permits counts longer, minutes. */
export const EDGE_MOST_MINUTES = 60;
/** Permits of one list. */
export const EDGE_MOST_ENTRIES = 5_000;
/** A start that was allowed holds so long: a machine that starts later asks again, ms. */
export const EDGE_SIGN_ON_MS = 10 * 60_000;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be base64url');
const kind = z.enum(['start', 'entry']);

export const edgeEntry = z.strictObject({
  card: base64url
    .length(22)
    .describe('Keyed digest of a card: says nothing without the key of this list.'),
  kind: kind.describe('`start` of a machine, or `entry` to an area.'),
  target: slug.describe('The machine or the area.'),
  notBefore: instant.describe('It counts from then on, by the clock of the API.'),
  validUntil: instant.describe('Until then: no longer than the decision, and than the list.'),
});
export type EdgeEntry = z.infer<typeof edgeEntry>;

/** The permits of one point: for whom it may decide while the API is away. */
export const edgeList = z.strictObject({
  version: z.literal(1),
  device: slug.describe('The point whose list it is; it counts at no other one.'),
  sequence: z.number().int().positive().describe('Rises with each list of the point.'),
  issuedAt: instant.describe('When it was made.'),
  expiresAt: instant.describe('From then on nothing of it counts.'),
  hashKey: base64url.length(43).describe('Key of the digests, another for each point.'),
  machine: slug.nullable().describe('The machine of the point.'),
  area: slug.nullable().describe('The area of the point.'),
  direction: z
    .literal('exit')
    .optional()
    .describe('A point at the way out of its area: it refuses nothing. Left out for others.'),
  entries: z.array(edgeEntry).max(EDGE_MOST_ENTRIES),
});
export type EdgeList = z.infer<typeof edgeList>;

/** What is signed: the list, for one request, with the time of the signature. */
export const edgeContent = z.strictObject({
  nonce: base64url.length(22).describe('That of the request: an earlier answer does not have it.'),
  now: instant.describe('The clock of the API when it signed.'),
  list: edgeList,
});
export type EdgeContent = z.infer<typeof edgeContent>;

export const edgeSigned = z.object({
  keyId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('Names the key: the begin of its SHA-256.'),
  content: z.string().max(2_000_000).describe('Text of a JSON object: nonce, now, list.'),
  signature: base64url
    .length(86)
    .describe('Ed25519 over `anshi edge permits v1`, a line feed, and content.'),
});
export type EdgeSigned = z.infer<typeof edgeSigned>;

export const edgeKey = z.object({
  keyId: edgeSigned.shape.keyId,
  publicKey: z.string().max(128).describe('Public half of the Ed25519 key: SPKI in base64.'),
});
export type EdgeKey = z.infer<typeof edgeKey>;

/** What a point decided while the API was away, delivered later. */
export const edgeDecision = z.strictObject({
  point: slug.describe('The name of the point, as in its credential.'),
  kind: z
    .enum([...kind.options, 'exit'])
    .describe('`start` of a machine, `entry` to an area, or `exit` from it.'),
  target: slug.describe('The machine or the area.'),
  card: z.string().min(1).max(128).nullable().describe('What the reader read; null for a code.'),
  plate: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe('The plate that a camera at the barrier read.'),
  at: instant.describe('When it was shown, by the clock of the point.'),
  decidedAt: instant.describe('When it was decided, by the clock of the gateway.'),
  decision: z.enum(['allow', 'deny']).describe('What the point was answered.'),
  sequence: z.number().int().positive().nullable().describe('The list by which it was decided.'),
  validUntil: instant.describe('Until when the answer counted.'),
});
export type EdgeDecision = z.infer<typeof edgeDecision>;

/** Why a list or a request was refused at the gateway. */
export const edgeFaults = [
  'signature',
  'other-key',
  'other-device',
  'replayed',
  'clock-back',
  'other-target',
  'wrong-secret',
] as const;
export type EdgeFault = (typeof edgeFaults)[number];

export const edgeReport = z.strictObject({
  point: slug.describe('The name of the point, as in its credential.'),
  fault: z.enum(edgeFaults).describe('What was refused.'),
  at: instant.describe('When it was first refused, by the clock of the gateway.'),
});
export type EdgeReport = z.infer<typeof edgeReport>;
