import { z } from 'zod';
import type { Sight } from './files.ts';
import type { StoredFile } from './types.ts';

export const fileId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be an id of a file');

export const fileView = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['photo', 'video', 'audio', 'document']),
    mediaType: z.string(),
    bytes: z.number().int().nullable().describe('Null where the file is withheld.'),
    sha256: z
      .string()
      .nullable()
      .describe('Of the original bytes; null where its sender is not told.'),
    perceptualHash: z.string().nullable(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    durationSeconds: z.number().nullable(),
    takenAt: z.string().nullable(),
    takenWhere: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
    uploadedBy: z.string().nullable(),
    uploadedAt: z.string(),
    scan: z.enum(['clean', 'unscanned', 'pending', 'infected']),
    attachedTo: z.object({ entity: z.string(), id: z.string(), role: z.string() }).nullable(),
    url: z.string().describe('The bytes that are shown.'),
    previewUrl: z.string().nullable(),
    originalUrl: z.string().nullable().describe('The original bytes, for authorised users.'),
  })
  .meta({ id: 'StoredFile' });

/** A file as shown to a user: place and sender are only for users with access to the original. */
export function viewFile(file: StoredFile, sight: Sight): z.infer<typeof fileView> {
  const { shown: _shown, preview, takenAt, takenWhere, uploadedAt, uploadedBy, ...rest } = file;
  const isOriginal = sight === 'original';
  const url = `/api/v1/files/${file.id}`;
  return {
    ...rest,
    ...(sight === 'anonymous' ? unrecognisable(file) : {}),
    name: nameFor(file, sight),
    takenAt: takenAt?.toISOString() ?? null,
    takenWhere: isOriginal ? takenWhere : null,
    uploadedBy: isOriginal ? uploadedBy : null,
    uploadedAt: uploadedAt.toISOString(),
    url: `${url}/content`,
    previewUrl: preview && `${url}/preview`,
    originalUrl: isOriginal ? `${url}/original` : null,
  };
}

/**
 * What hides by which bytes a file came. They are on its sender's device too: who has a copy, or can ask
 * who has one, would recognise them by their digest, and those of a withheld document by their number.
 */
function unrecognisable(file: StoredFile) {
  const { bytes, mediaType } = file.shown;
  return {
    sha256: null,
    perceptualHash: null,
    mediaType,
    bytes: mayNameAuthor(file) ? null : bytes,
  };
}

/** The name that a reader is told: a phone or a person may have put the sender's into the given one. */
export function nameFor({ id, name, attachedTo }: StoredFile, sight: Sight): string {
  if (sight !== 'anonymous') return name;
  const extension = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? '';
  return `${attachedTo?.role ?? 'file'}-${id.slice(-6).toLowerCase()}${extension.toLowerCase()}`;
}

/**
 * Whether a file may name its author in places that nothing here removes: properties, notes,
 * revisions, signatures and pictures of documents. Text has none of them.
 */
export const mayNameAuthor = ({ kind, mediaType }: StoredFile): boolean =>
  kind === 'document' && !mediaType.startsWith('text/');
