import { bilingual, instant, sha256 } from '@anshi/contracts';
import { z } from 'zod';

/** What a document is. */
export const documentKind = z.enum([
  'incident-report',
  'evidence-pack',
  'safety-file',
  'person-file',
  'person-file-internal',
  'person-file-outside',
]);
export type DocumentKind = z.infer<typeof documentKind>;

/** What a person sees who has the code of a document. Nothing of it is about a person. */
export const verificationSchema = z
  .object({
    code: z.string().describe('The verification code, in its usual form.'),
    kind: documentKind.describe('What the document is.'),
    title: bilingual.describe('What it says that it is.'),
    company: bilingual.describe('The company that made it.'),
    language: z.enum(['zh', 'en']).nullable().describe('Of its text; null for an archive.'),
    madeAt: instant.describe('When it was made.'),
    mediaType: z.enum(['application/pdf', 'application/zip']).describe('What the file is.'),
    sha256: sha256.describe('Digest of the file.'),
    bytes: z.number().int().describe('Size of the file.'),
    pages: z.number().int().nullable().describe('Number of pages; null for an archive.'),
    supersededAt: instant
      .nullable()
      .describe('When a later document took its place; null where it is the latest.'),
  })
  .meta({ id: 'DocumentVerification' });
export type Verification = z.infer<typeof verificationSchema>;
