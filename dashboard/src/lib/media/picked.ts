import { ulid } from 'ulid';

export type MediaKind = 'photo' | 'video' | 'audio' | 'document';

/** A selected or recorded file before its upload. */
export interface PickedFile {
  id: string;
  name: string;
  type: string;
  kind: MediaKind;
  blob: Blob;
  /** Its object URL in this page; revoked on removal. */
  url: string;
}

/** The kind of evidence of a file. */
export function kindOf(type: string): MediaKind {
  if (type.startsWith('image/')) return 'photo';
  if (type.startsWith('video/')) return 'video';
  return type.startsWith('audio/') ? 'audio' : 'document';
}

/** Some phones leave the type of a picture empty; then the name decides. */
function typeOf(file: File): string {
  if (file.type !== '') return file.type;
  const ending = file.name.split('.').at(-1)?.toLowerCase() ?? '';
  const known: Record<string, string> = {
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    heic: 'image/heic',
    webp: 'image/webp',
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
    pdf: 'application/pdf',
    json: 'application/json',
  };
  return known[ending] ?? 'application/octet-stream';
}

/**
 * Whether a file is of one of the kinds. Documents are of many types, which the API checks by their content;
 * a picker of the system may offer all files, whatever `accept` says.
 */
export const isTaken = (file: File, kinds: readonly MediaKind[]): boolean =>
  kinds.includes(kindOf(typeOf(file)));

export function pick(file: File): PickedFile {
  const type = typeOf(file);
  return {
    id: ulid(),
    name: file.name || 'file',
    type,
    kind: kindOf(type),
    blob: file,
    url: URL.createObjectURL(file),
  };
}

/** A file selected before the page was reloaded. */
export function pickedAgain(file: Pick<PickedFile, 'id' | 'name' | 'type' | 'blob'>): PickedFile {
  const { id, name, type, blob } = file;
  return { id, name, type, blob, kind: kindOf(type), url: URL.createObjectURL(blob) };
}

/** The `accept` attribute for these kinds. */
export function acceptOf(kinds: readonly MediaKind[], documents = 'application/pdf'): string {
  const types: Record<MediaKind, string> = {
    photo: 'image/*',
    video: 'video/*',
    audio: 'audio/*',
    document: documents,
  };
  return kinds.map((kind) => types[kind]).join(',');
}

/** 850 KB, 3.2 MB */
export function sizeText(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
