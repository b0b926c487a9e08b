import { bilingual, instant, severity, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, lookedAtVersion, prose } from '../../platform/kit/schemas.ts';
import { violationStatus } from '../violations/schema.ts';

/** As many accounts are named by one link at most. */
const MOST_RECIPIENTS = 20;

const person = z
  .object({ id: z.string(), name: bilingual.nullable() })
  .describe('An account; the name is null where it is gone.');

export const shareSchema = z
  .object({
    id: ulid,
    code: z.string().describe('Stands in the address of the page: `/shared/{code}`.'),
    reason: z.string().describe('Why it was given.'),
    by: person.describe('Who gave it.'),
    at: instant.describe('When it was given.'),
    untilAt: instant.describe('When it ends by itself.'),
    ended: z
      .object({ by: person, at: instant })
      .nullable()
      .describe('Who ended it before that; null for no one.'),
    isOpen: z.boolean().describe('Whether its recipients can open it now.'),
    isStopped: z
      .boolean()
      .describe(
        'Whether it opens nothing before its end, as the account that gave it cannot sign in, or may not give it any more.',
      ),
    views: z.number().int().describe('Visits of all of them; within ten minutes it is one.'),
    recipients: z
      .array(
        z.object({
          account: person,
          views: z.number().int().describe('Visits of this account.'),
          firstAt: instant.nullable().describe('When it opened it first; null for never.'),
          lastAt: instant.nullable().describe('When it opened it last; null for never.'),
        }),
      )
      .describe('The accounts that it was given to.'),
    version: z.number().int(),
  })
  .meta({ id: 'IncidentShare', description: 'A link to an incident for named accounts.' });
export type IncidentShare = z.infer<typeof shareSchema>;

export const shareList = z
  .object({ items: z.array(shareSchema).describe('Newest first.') })
  .meta({ id: 'IncidentShareList' });

export const shareRequest = z
  .strictObject({
    recipients: z
      .array(ulid)
      .min(1)
      .max(MOST_RECIPIENTS)
      .describe('Ids of the accounts that may open it.'),
    untilAt: instant.describe('Within 30 days.'),
    reason: prose(500).min(1).describe('Why; the recipients read it.'),
  })
  .meta({ id: 'IncidentShareRequest' });
export type ShareRequest = z.infer<typeof shareRequest>;
export const shareEnd = z
  .strictObject({ version: lookedAtVersion })
  .meta({ id: 'IncidentShareEnd' });

export const candidateQuery = z.strictObject({
  q: line(64).optional().describe('In user names and names.'),
});
export const candidateList = z
  .object({
    items: z.array(z.object({ id: z.string(), username: z.string(), name: bilingual })),
  })
  .meta({ id: 'IncidentShareCandidateList' });

/** Any text: what was guessed is refused and noted, whatever it is. */
export const codeParams = z.object({ code: z.string().min(1).max(128) });
export const pictureParams = codeParams.extend({ finding: ulid });

export const sharedIncident = z
  .object({
    viewer: z.object({ username: z.string(), name: bilingual }).describe('Who looks.'),
    by: person.describe('Who gave it.'),
    reason: z.string().describe('Why it was given.'),
    untilAt: instant.describe('When it ends.'),
    site: slug,
    kinds: z.array(bilingual).describe('What was found, in words.'),
    severity,
    status: violationStatus,
    startedAt: instant,
    lastAt: instant.describe('Latest end of its findings, as far as it is known.'),
    findings: z
      .array(
        z.object({
          id: ulid,
          name: bilingual.describe('What it was, in words.'),
          camera: bilingual.describe('Name of the camera.'),
          startedAt: instant,
          hasSnapshot: z.boolean().describe('Whether a picture with blurred faces is there.'),
          hasClip: z.boolean().describe('Whether a clip with blurred faces is there.'),
        }),
      )
      .describe('Without those that were taken out, oldest first.'),
  })
  .meta({
    id: 'SharedIncident',
    description: 'An incident as a recipient sees it: without names.',
  });
export type SharedIncident = z.infer<typeof sharedIncident>;
