import { actorOf } from '../../platform/access/account.ts';
import type { Views } from '../../platform/audit/views.ts';
import type { Database } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { ViolationRow } from './repository.ts';

/** A file of evidence, ready to be read. */
export interface EvidenceFound {
  tenant: string;
  sha256: string;
  bytes: number;
}

/**
 * Finds the files of violations as all of their readers may see them: of pictures the rendition with blurred faces. Logs
 * the view.
 */
export function createEvidence({
  database,
  views,
  store,
}: {
  database: Database;
  views: Views;
  store: Pick<EvidenceStore, 'size'>;
}) {
  /** @throws Problem where the file was removed at the end of its term. */
  async function refusePurged({ account }: User, sha256: string): Promise<void> {
    const removed = await database.transaction(actorOf(account), (tx) =>
      tx.purgedFile.findFirst({ where: { sha256 } }),
    );
    if (!removed) return;
    throw new Problem(
      'evidence.purged',
      `The file was removed on ${removed.at.toISOString().slice(0, 10)}, at the end of its term; its record stays.`,
    );
  }

  /**
   * @param record whose view is logged.
   * @throws Problem with the reason where there is no such file.
   */
  return async function find(
    user: User,
    row: ViolationRow,
    which: 'snapshot' | 'clip' | 'boxes',
    record: { entity: 'violation' | 'safety-entry' | 'incident-share'; id: string },
  ): Promise<EvidenceFound> {
    const { tenant } = user.account;
    const { original, shown, failed } = filesOf(row)[which];
    if (original === null) {
      const why = which === 'snapshot' ? row.snapshotMissingMessage : row.clipMissingMessage;
      throw new Problem('evidence.unknown', why ?? undefined);
    }
    const sha256 = shown ?? original;
    const bytes = await store.size(tenant, sha256);
    if (bytes === null) await refusePurged(user, sha256);
    if (shown === null) {
      if (failed !== null) throw new Problem('evidence.blur-failed', failed);
      throw new Problem('evidence.being-blurred');
    }
    if (bytes === null) {
      throw new Problem(
        'evidence.unknown',
        'The record names this file, and the evidence store has lost it. Restore the store from its backup.',
      );
    }
    await views.note(user, { ...record, what: which });
    return { tenant, sha256, bytes };
  };
}

/** The originals, and what is shown in their place. */
const filesOf = (row: ViolationRow) => ({
  snapshot: {
    original: row.snapshotSha256,
    shown: row.snapshotBlurredSha256,
    failed: row.snapshotBlurFailed,
  },
  clip: { original: row.clipSha256, shown: row.clipBlurredSha256, failed: row.clipBlurFailed },
  // Numbers and labels, which identify no person.
  boxes: { original: row.clipBoxesSha256, shown: row.clipBoxesSha256, failed: null },
});
