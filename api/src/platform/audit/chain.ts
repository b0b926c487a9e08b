import { createHash } from 'node:crypto';
import { Prisma } from '../../generated/prisma/client.ts';

/**
 * The columns of the log covered by a seal: all but the tenant and the number, which are stored
 * beside it.
 */
export const SEALED_COLUMNS = [
  'at',
  'user_id',
  'user_name',
  'action',
  'entity',
  'entity_id',
  'person_id',
  'before',
  'after',
  'reason',
  'address',
  'request_id',
] as const;

/**
 * The content of a row of the log `l` as text that depends on no setting of the session: a JSON
 * array as PostgreSQL writes jsonb, the time in microseconds since 1970, JSON columns as the text of
 * their jsonb, so that no value can be told for a missing one.
 */
export const contentOf = Prisma.sql`jsonb_build_array(
  (extract(epoch FROM l.at) * 1000000)::bigint, l.user_id, l.user_name, l.action, l.entity,
  l.entity_id, l.person_id, l.before::text, l.after::text, l.reason, l.address, l.request_id)::text`;

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
