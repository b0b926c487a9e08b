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
