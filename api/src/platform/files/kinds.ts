import type { FileKind } from './types.ts';

const MIB = 1024 * 1024;

/** Maximum bytes of a file by kind. */
export const FILE_LIMITS: Record<FileKind, number> = {
  photo: 40 * MIB,
  video: 500 * MIB,
  audio: 50 * MIB,
  document: 50 * MIB,
};

/** Maximum duration of video and audio, seconds. */
export const DURATION_LIMITS = { video: 20 * 60, audio: 2 * 3600 };

/**
 * An archive of scans, for imports alone: a zip that is announced so. Others are refused, and it is
 * attached to nothing else.
 */
export const SCANS_ARCHIVE = 'application/vnd.anshi.scans+zip';
const MOST_ARCHIVE = 400 * MIB;

const OFFICE = 'application/vnd.openxmlformats-officedocument.';

/**
 * Accepted types, by the content's signature. Everything else is refused: SVG and HTML contain
 * scripts, programs and archives are no evidence.
 */
export const FILE_TYPES = {
  'image/jpeg': 'photo',
  'image/png': 'photo',
  'image/webp': 'photo',
  'video/mp4': 'video',
  'video/quicktime': 'video',
  'video/webm': 'video',
  'audio/mpeg': 'audio',
  'audio/mp4': 'audio',
  'audio/ogg': 'audio',
  'audio/webm': 'audio',
  'audio/wav': 'audio',
  'application/pdf': 'document',
  [`${OFFICE}wordprocessingml.document`]: 'document',
  [`${OFFICE}spreadsheetml.sheet`]: 'document',
  [`${OFFICE}presentationml.presentation`]: 'document',
  'text/plain': 'document',
  'text/csv': 'document',
  [SCANS_ARCHIVE]: 'document',
} as const satisfies Record<string, FileKind>;

export type FileType = keyof typeof FILE_TYPES;

/** Maximum bytes of a file of a type. */
export const limitOf = (type: FileType): number =>
  type === SCANS_ARCHIVE ? MOST_ARCHIVE : FILE_LIMITS[FILE_TYPES[type]];

/** For error messages. */
export const TAKEN =
  'JPEG, PNG and WebP pictures; MP4, MOV and WebM videos; MP3, M4A, OGG, WebM and WAV sound; PDF, DOCX, XLSX, PPTX, TXT and CSV documents';

/** Aliases of the same types, as browsers and phones send them. */
const ALIASES: Record<string, FileType> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'video/x-m4v': 'video/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/aac': 'audio/mp4',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'application/csv': 'text/csv',
  // Results of benches and the like: stored and shown as text.
  'application/json': 'text/plain',
};

const EXTENSIONS: Record<FileType, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'audio/webm': 'webm',
  'audio/wav': 'wav',
  'application/pdf': 'pdf',
  [`${OFFICE}wordprocessingml.document`]: 'docx',
  [`${OFFICE}spreadsheetml.sheet`]: 'xlsx',
  [`${OFFICE}presentationml.presentation`]: 'pptx',
  'text/plain': 'txt',
  'text/csv': 'csv',
  [SCANS_ARCHIVE]: 'zip',
} as Record<FileType, string>;

export const extensionOf = (type: FileType): string => EXTENSIONS[type];

/** Parses a declared content type; null for one that is not accepted or unspecific. */
export function readFileType(announced: string): FileType | null {
  const bare = announced.split(';')[0]?.trim().toLowerCase() ?? '';
  if (bare in FILE_TYPES) return bare as FileType;
  return ALIASES[bare] ?? null;
}

/** An unspecific type, sent by clients that do not know it. */
export function saysNothing(announced: string): boolean {
  return /^(|application\/octet-stream|binary\/octet-stream)$/.test(announced.trim().toLowerCase());
}

/** Types with indistinguishable content: audio and video in the same container. */
const SAME_CONTAINER: ReadonlySet<FileKind> = new Set(['video', 'audio']);

/** Whether a detected type may have been declared as the other. */
export function agree(announced: FileKind, found: FileKind): boolean {
  return announced === found || (SAME_CONTAINER.has(announced) && SAME_CONTAINER.has(found));
}
