import { edgeDecision, edgeKey, edgeReport, edgeSigned, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { decisions } from '../match/reasons.ts';

/** A gateway may wait so long for another list, seconds. */
export const MOST_WAIT_S = 25;

export const edgeQuery = z.strictObject({
  point: slug.describe('The name of the point, as in its credential.'),
  nonce: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, 'must be 16 random bytes in base64url')
    .describe('Random, another for each request: it comes back signed.'),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_WAIT_S)
    .default(0)
    .describe('Seconds to wait for another list than that of If-None-Match.'),
});
export const edgeAnswer = edgeSigned.meta({ id: 'SignedEdgePermits' });
export const edgeKeyAnswer = edgeKey.meta({ id: 'EdgeKey' });
export const edgeDecisionBody = edgeDecision.meta({ id: 'EdgeDecision' });
export const edgeDelivered = z
  .object({
    id: ulid,
    lateDecision: z
      .enum(decisions)
      .exclude(['allow'])
      .nullable()
      .describe('What it would have been by the API, where that refuses what was allowed.'),
  })
  .meta({ id: 'EdgeDelivered' });
export const edgeReportBody = edgeReport.meta({ id: 'EdgeReport' });
export const edgeReported = z.object({ taken: z.literal(true) }).meta({ id: 'EdgeReported' });
