import { z } from 'zod';

/** An id of a signing key: the first 32 hexadecimal digits of the SHA-256 of its public half. */
export const evidenceKeyId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits of the SHA-256 of a public key');

/**
 * Attributes by which a worker signs the evidence of an event with its own key; see
 * `evidence-signature.ts`. An event without them, or with malformed ones, is recorded as unsigned:
 * a violation is not lost for want of a signature.
 */
export const evidenceSealed = {
  evidencekey: evidenceKeyId
    .optional()
    .catch(undefined)
    .describe('Id of the key of the worker that signed the statement.'),
  evidencestatement: z
    .string()
    .max(300_000)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
    .optional()
    .catch(undefined)
    .describe(
      'What was signed, as deflated JSON in base64: tenant, worker, event, time of signing, clock, and `data` of this event.',
    ),
  evidencesignature: z
    .string()
    .regex(/^[A-Za-z0-9+/]{86}==$/)
    .optional()
    .catch(undefined)
    .describe('Ed25519 signature of the statement, in base64.'),
};

/** The attributes of an event that carry its signature. */
export interface EvidenceAttributes {
  readonly evidencekey?: string | undefined;
  readonly evidencestatement?: string | undefined;
  readonly evidencesignature?: string | undefined;
}
