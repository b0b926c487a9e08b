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
    bytes: z.number().int(),
    sha256: z.string(),
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
  const { shown, preview, takenAt, takenWhere, uploadedAt, uploadedBy, ...rest } = file;
  const isOriginal = sight === 'original';
  const url = `/api/v1/files/${file.id}`;
  return {
    ...rest,
    // The hash of the original is known to its sender's device: a reader could ask who has that file.
    ...(sight === 'anonymous' ? { ...shown, perceptualHash: null } : {}),
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
