/** The most bytes of each kind of evidence. */
export const EVIDENCE_LIMITS = {
  'image/jpeg': 20 * 1024 * 1024,
  'video/mp4': 200 * 1024 * 1024,
  'application/json': 20 * 1024 * 1024,
} as const;
export type EvidenceType = keyof typeof EVIDENCE_LIMITS;

/** Checks the magic number, so that an HTML page is never served as a picture. */
export function looksLike(mediaType: EvidenceType, head: Buffer): boolean {
  switch (mediaType) {
    case 'image/jpeg':
      return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
    case 'video/mp4':
      return head.subarray(4, 8).toString('latin1') === 'ftyp';
    case 'application/json':
      return /^\s*[{[]/.test(head.toString('utf8'));
  }
}
