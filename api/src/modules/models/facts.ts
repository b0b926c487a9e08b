import { mayRemoveFiles } from '../../platform/backup/lock.ts';
import type { ModuleFacts } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  purgers: [
    {
      // The archive is removed, the record of its content and downloads stays. An archive from
      // before a refusal or withdrawal is removed at once.
      policy: 'training-pictures',
      most: 50,
      async remove(tx, cutoff, most) {
        if (!(await mayRemoveFiles(tx))) return [];
        const rows = await tx.$queryRaw<{ id: string; at: Date; sha256: string; bytes: number }[]>`
          UPDATE model_label_export SET state = 'removed' WHERE id = ANY (ARRAY(
            SELECT id FROM model_label_export WHERE state = 'ready' AND (finished_at < ${cutoff}
              OR requested_at < (SELECT max(at) FROM consent
                WHERE purpose_id = 'training-data' AND decision IN ('refused', 'withdrawn')))
            ORDER BY finished_at LIMIT ${most}::int))
          RETURNING id, finished_at AS at, sha256, bytes`;
        // Archives are reproducible: a later export may share this one.
        const used = await tx.modelLabelExport.findMany({
          where: { state: 'ready', sha256: { in: rows.map(({ sha256 }) => sha256) } },
          select: { sha256: true },
        });
        const kept = new Set(used.map(({ sha256 }) => sha256));
        return rows.map(({ id, at, sha256, bytes }) => {
          if (kept.has(sha256)) return { id, at };
          kept.add(sha256);
          return { id, at, file: { sha256, bytes } };
        });
      },
    },
  ],
};
