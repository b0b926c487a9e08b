import type { Transaction } from '../db/database.ts';
import type { Removed } from '../facts.ts';

/*
 * Files of records that go with them or after a term. Their rows go at once, their bytes by the sweep
 * of the store, which keeps what another row still needs.
 */

/** Removes the files of one record. */
export const removeAttached = (tx: Transaction, entity: string, id: string): Promise<unknown> =>
  tx.storedFile.deleteMany({ where: { entity, entityId: id } });

/** Removes one file of a record. */
export const removeAttachedFile = (
  tx: Transaction,
  entity: string,
  id: string,
  file: string,
): Promise<unknown> => tx.storedFile.deleteMany({ where: { entity, entityId: id, id: file } });

/** Removes up to `most` files of a kind of records that were attached before then. */
export const removeAttachedBefore = (
  tx: Transaction,
  entity: string,
  before: Date,
  most: number,
): Promise<Removed[]> => tx.$queryRaw<Removed[]>`
  DELETE FROM stored_file WHERE id IN (
    SELECT id FROM stored_file WHERE entity = ${entity} AND attached_at < ${before}
    ORDER BY attached_at LIMIT ${most}
  ) RETURNING id, attached_at AS at`;
