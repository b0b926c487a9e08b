import { createHash } from 'node:crypto';

/** The hash before the first seal. */
export const GENESIS = '0'.repeat(64);

/** The input of one seal. */
export interface Sealing {
  tenant: string;
  position: bigint;
  seq: bigint;
  /** Hex. */
  previous: string;
  content: string;
}

/** @returns SHA-256 in hex over the parts, one per line; only the last can contain a line break. */
export function sealHash({ tenant, position, seq, previous, content }: Sealing): string {
  return createHash('sha256')
    .update(`anshi.audit.1\n${tenant}\n${position}\n${seq}\n${previous}\n${content}`)
    .digest('hex');
}
