import { instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { reviewer } from '../violations/schema.ts';

export const claimSchema = z
  .object({
    incident: ulid,
    kind: z
      .enum(['claim', 'assignment'])
      .describe(
        '`claim` for ten minutes, renewed while it is looked at; `assignment` for a shift.',
      ),
    by: reviewer.describe('Who has it.'),
    from: reviewer.nullable().describe('Who assigned it; null for a claim.'),
    since: instant.describe('Since when.'),
    until: instant.describe('It ends then by itself, or with a verdict.'),
  })
  .meta({ id: 'IncidentClaim', description: 'Who looks at an incident, or is to.' });
export type Claim = z.infer<typeof claimSchema>;

export const claimList = z
  .object({ items: z.array(claimSchema) })
  .meta({ id: 'IncidentClaimList' });

export const claimRequest = z
  .strictObject({
    assignee: ulid.optional().describe('The reviewer who is to look at it; left out for oneself.'),
    despiteClaim: z
      .boolean()
      .optional()
      .describe('Take it over where another reviewer has claimed it; else the answer is 409 then.'),
  })
  .meta({ id: 'IncidentClaimRequest' });
export type ClaimRequest = z.infer<typeof claimRequest>;

export const reviewerList = z
  .object({ items: z.array(reviewer) })
  .meta({ id: 'IncidentReviewerList' });
