import { blurClaim, blurredEvidence, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line } from '../../platform/kit/schemas.ts';

/** So long an original is shown after it was revealed, ms. */
export const REVEAL_MS = 10 * 60_000;

export const revealRequest = z
  .strictObject({
    reason: line(500).min(4).describe('What it is needed for; kept in the audit log.'),
  })
  .meta({ id: 'EvidenceRevealRequest' });

export const revealState = z
  .object({
    until: instant
      .nullable()
      .describe('Until when the originals are shown to this account; null where they are not.'),
    snapshotUrl: z.string().nullable().describe('Null where there is no snapshot.'),
    clipUrl: z.string().nullable().describe('Null where there is no clip.'),
  })
  .meta({
    id: 'EvidenceReveal',
    description: 'Whether an account sees the original evidence of a violation.',
  });
export type RevealState = z.infer<typeof revealState>;

export const claimSchema = blurClaim.meta({ id: 'BlurClaim' });
export const orderParams = z.object({ id: ulid, of: blurredEvidence });
export const failedRequest = z
  .strictObject({ reason: line(500).min(1).describe('Why it cannot be made.') })
  .meta({ id: 'BlurFailure' });
