import { bilingual, instant, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { chainParts } from '../../platform/incident-chain.ts';

const kind = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const part = z.enum(chainParts);

export const incidentChain = z
  .object({
    incident: ulid.describe('The incident that has the findings now.'),
    startedAt: instant.describe('Start of its first finding.'),
    endedAt: instant.describe('Latest end of its findings, as far as it is known.'),
    kinds: z
      .array(
        z.object({
          kind,
          name: bilingual,
          part,
          more: z.boolean().describe('Whether there are more than are shown.'),
        }),
      )
      .describe(
        'What was asked for this account, also where nothing was found. Others are left out.',
      ),
    items: z
      .array(
        z.object({
          kind,
          id: z.string().describe('Unique within its kind.'),
          part,
          at: instant.nullable().describe('When it happened; null for what held at that time.'),
          until: instant.nullable().describe('When it ended, or ends.'),
          title: bilingual.describe('What it was, as a sentence.'),
          detail: bilingual.nullable().describe('What else is known of it.'),
          tone: z.enum(['neutral', 'ok', 'warn', 'danger']),
          link: z.string().nullable().describe('Its page in the dashboard; null for none.'),
        }),
      )
      .describe('In the order of time; what held at that time comes first.'),
  })
  .meta({ id: 'IncidentChain', description: 'What led to an incident, met it and followed it.' });
export type IncidentChain = z.infer<typeof incidentChain>;
export type ChainItem = IncidentChain['items'][number];
