import { Prisma } from '../../generated/prisma/client.ts';
import { mayRemoveFiles } from '../../platform/backup/lock.ts';
import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { readFacts } from '../facts.ts';

/** Unreferenced evidence: its event never arrived. */
const ORPHAN_DAYS = 7;

/** Whether a file `e` is of a row of `violation v`, and whether it is one that was recorded. */
const OWN_FILES = {
  all: Prisma.sql`e.sha256 IN (v.snapshot_sha256, v.snapshot_blurred_sha256, v.clip_sha256,
    v.clip_blurred_sha256, v.clip_boxes_sha256)`,
  recorded: Prisma.sql`e.sha256 IN (v.snapshot_sha256, v.clip_sha256, v.clip_boxes_sha256)`,
};

/**
 * Whether a file `e` is of a violation `v`, by the violation itself or by another module.
 *
 * @param which `recorded`: renditions are left out.
 */
async function isOfViolation(
  which: keyof typeof OWN_FILES,
  where: Prisma.Sql = Prisma.sql`TRUE`,
): Promise<Prisma.Sql> {
  const others = (await readFacts()).flatMap(({ violationFiles }) => violationFiles ?? []);
  const own = Prisma.sql`EXISTS (SELECT 1 FROM violation v WHERE ${OWN_FILES[which]} AND ${where})`;
  if (others.length === 0) return own;
  const kind = which === 'all' ? Prisma.sql`TRUE` : Prisma.sql`NOT f.is_rendition`;
  return Prisma.sql`(${own} OR EXISTS (
    SELECT 1 FROM (${Prisma.join(others, ' UNION ALL ')}) f JOIN violation v ON v.id = f.violation_id
    WHERE f.sha256 = e.sha256 AND ${kind} AND ${where}))`;
}

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: 'violation-events',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        SELECT source || ' ' || event_id AS id, received_at AS at
        FROM purge_violation_inbox(${cutoff}, ${most}::int)`,
    },
    {
      policy: 'violation-evidence',
      // Files are removed within the transaction, which has seconds.
      most: 200,
      async remove(tx, cutoff, most) {
        if (!(await mayRemoveFiles(tx))) return [];
        const used = (await readFacts()).flatMap(({ violationsInUse = [], violationsHeld = [] }) =>
          [violationsInUse, violationsHeld].flat(),
        );
        const inUse =
          used.length > 0 ? Prisma.join(used, ' UNION ') : Prisma.sql`SELECT NULL::text`;
        const [ofAny, ofUsed] = await Promise.all([
          isOfViolation('all'),
          isOfViolation('all', Prisma.sql`(v.status = 'pending' OR v.id IN (${inUse}))`),
        ]);
        const orphans = new Date(Date.now() - ORPHAN_DAYS * 86_400_000);
        const rows = await tx.$queryRaw<{ sha256: string; bytes: number; at: Date }[]>`
          SELECT e.sha256, e.bytes, e.stored_at AS at FROM evidence e
          WHERE NOT EXISTS (SELECT 1 FROM purged_file p WHERE p.sha256 = e.sha256)
            AND (e.stored_at < ${cutoff} OR (e.stored_at < ${orphans} AND NOT ${ofAny}))
            -- What is not reviewed yet, or what a module still uses, is needed.
            AND NOT ${ofUsed}
          ORDER BY e.stored_at LIMIT ${most}`;
        return rows.map(({ sha256, bytes, at }) => ({ id: sha256, at, file: { sha256, bytes } }));
      },
      async held(tx, cutoff) {
        const held = (await readFacts()).flatMap(({ violationsHeld }) => violationsHeld ?? []);
        if (held.length === 0) return 0;
        const ofHeld = await isOfViolation(
          'recorded',
          Prisma.sql`v.id IN (${Prisma.join(held, ' UNION ')})`,
        );
        const [found] = await tx.$queryRaw<[{ count: number }]>`
          SELECT count(*)::int AS count FROM evidence e
          WHERE e.stored_at < ${cutoff}
            AND NOT EXISTS (SELECT 1 FROM purged_file p WHERE p.sha256 = e.sha256)
            AND ${ofHeld}`;
        return found.count;
      },
    },
  ],
};
