import { mayRemoveFiles } from '../../platform/backup/lock.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import { chain } from './chain.ts';

export const facts: ModuleFacts = {
  chain,
  purgers: [
    {
      // The archive is removed; that it was made and who downloaded it stays.
      policy: 'evidence-packs',
      most: 50,
      async remove(tx, cutoff, most) {
        if (!(await mayRemoveFiles(tx))) return [];
        const rows = await tx.$queryRaw<{ id: string; at: Date; sha256: string; bytes: number }[]>`
          UPDATE evidence_pack SET state = 'removed' WHERE id = ANY (ARRAY(
            SELECT id FROM evidence_pack WHERE state = 'ready' AND finished_at < ${cutoff}
            ORDER BY finished_at LIMIT ${most}::int))
          RETURNING id, finished_at AS at, sha256, bytes`;
        return rows.map(({ id, at, sha256, bytes }) => ({ id, at, file: { sha256, bytes } }));
      },
    },
  ],
};
