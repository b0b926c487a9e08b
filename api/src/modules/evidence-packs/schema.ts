import { bilingual, instant, sha256, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line } from '../../platform/kit/schemas.ts';

const person = z.object({ id: z.string(), displayName: bilingual });
const packExport = z.object({ by: person, at: instant.describe('When it was downloaded.') });

export const packSchema = z
  .object({
    id: ulid,
    incident: ulid.describe('The incident that it is about.'),
    state: z
      .enum(['waiting', 'ready', 'failed', 'removed'])
      .describe('`removed`: at the end of its term of seven days; another one can be made.'),
    originals: z
      .boolean()
      .describe('Whether pictures and videos are in it as the workers signed them.'),
    reason: z.string().nullable().describe('Why originals were asked for.'),
    findings: z.number().int().nullable().describe('How many findings it holds.'),
    problem: z.string().nullable().describe('Why it could not be made.'),
    sha256: sha256.nullable().describe('Digest of the archive.'),
    bytes: z.number().int().nullable().describe('Size of the archive.'),
    code: z.string().nullable().describe('Verification code of the archive.'),
    key: z
      .string()
      .nullable()
      .describe('Id of the key of the plant that signed it: compare it when a pack is checked.'),
    requestedBy: person,
    requestedAt: instant,
    exports: z
      .array(packExport)
      .describe('Who downloaded it and when, newest first; empty where it never left.'),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'EvidencePack', description: 'All evidence of an incident in one archive.' });
export type EvidencePack = z.infer<typeof packSchema>;

export const packList = z
  .object({
    items: z.array(packSchema),
    exportedBefore: packExport
      .nullable()
      .describe('The last download of a pack of this incident; null where none ever left.'),
    mayHaveOriginals: z
      .boolean()
      .describe('Whether the caller may ask for pictures and videos as they are.'),
  })
  .meta({ id: 'EvidencePackList' });

export const packRequest = z
  .strictObject({
    originals: z.boolean().describe('Whether pictures and videos go in as they are.'),
    reason: line(200).min(2).optional().describe('Needed where originals are asked for.'),
  })
  .refine(({ originals, reason }) => !originals || reason !== undefined, {
    path: ['reason'],
    message: 'must be given where originals are asked for',
  })
  .meta({ id: 'EvidencePackRequest' });
export type PackRequest = z.infer<typeof packRequest>;

export const documentLanguage = z.enum(['zh', 'en']).describe('Language of the document.');
export const labelQuery = z.object({ lang: documentLanguage.default('zh') });

export const reportRequest = z
  .strictObject({
    language: documentLanguage,
    originals: z.boolean().describe('Whether pictures go in as they are.'),
    reason: line(200).min(2).optional().describe('Needed where pictures are asked for.'),
  })
  .refine(({ originals, reason }) => !originals || reason !== undefined, {
    path: ['reason'],
    message: 'must be given where pictures are asked for',
  })
  .meta({ id: 'IncidentReportRequest' });
export type ReportRequest = z.infer<typeof reportRequest>;
