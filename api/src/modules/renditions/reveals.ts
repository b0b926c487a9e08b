import { ulid } from 'ulid';
import { actorOf } from '../../platform/access/account.ts';
import type { Views } from '../../platform/audit/views.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { alongReading } from '../violations/reach.ts';
import { findWithin, type ViolationRow } from '../violations/repository.ts';
import { REVEAL_MS, type RevealState } from './schema.ts';

export type Reveals = ReturnType<typeof createReveals>;

/**
 * Original evidence, for those who may see it: after they said what for, of one violation, for ten
 * minutes. Who, why and what is in the audit log, each file that was read beside it.
 */
export function createReveals(options: {
  database: Database;
  units: Units;
  views: Views;
  store: EvidenceStore;
}) {
  const { database, units, views, store } = options;

  async function violationIn(tx: Transaction, user: User, id: string): Promise<ViolationRow> {
    const row = await findWithin(tx, alongReading(user.account), id);
    if (!row) throw new Problem('violation.unknown');
    return row;
  }

  const current = (tx: Transaction, user: User, id: string) =>
    tx.evidenceReveal.findFirst({
      where: { violationId: id, userId: user.account.id, untilAt: { gt: new Date() } },
      orderBy: { untilAt: 'desc' },
    });

  return {
    /** Shows the originals of a violation to this account for ten minutes. */
    open: (user: User, id: string, reason: string): Promise<RevealState> =>
      units.run(user, async (unit) => {
        const row = await violationIn(unit.tx, user, id);
        if (row.snapshotSha256 === null && row.clipSha256 === null) {
          throw new Problem('evidence.unknown');
        }
        const at = new Date();
        const untilAt = new Date(at.getTime() + REVEAL_MS);
        await unit.tx.evidenceReveal.create({
          data: {
            tenantId: user.tenant,
            id: ulid(),
            violationId: id,
            userId: user.account.id,
            reason,
            at,
            untilAt,
          },
        });
        const after = { what: whatOf(row), until: untilAt.toISOString() };
        await unit.audit({ action: 'reveal', entity: 'violation', id, after, reason });
        return stateOf(row, untilAt);
      }),

    /** Whether this account sees them now. */
    state: (user: User, id: string): Promise<RevealState> =>
      database.transaction(actorOf(user.account), async (tx) => {
        const row = await violationIn(tx, user, id);
        return stateOf(row, (await current(tx, user, id))?.untilAt ?? null);
      }),

    /** Ends it before its time. */
    end: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        await violationIn(unit.tx, user, id);
        const now = new Date();
        const { count } = await unit.tx.evidenceReveal.updateMany({
          where: { violationId: id, userId: user.account.id, untilAt: { gt: now } },
          data: { untilAt: now },
        });
        if (count > 0) await unit.audit({ action: 'end-reveal', entity: 'violation', id });
      }),

    /**
     * Finds an original, and logs the view.
     *
     * @throws Problem `evidence.not-revealed` where it is not shown to this account now.
     */
    async original(user: User, id: string, of: 'snapshot' | 'clip') {
      const row = await database.transaction(actorOf(user.account), async (tx) => {
        const found = await violationIn(tx, user, id);
        if (!(await current(tx, user, id))) throw new Problem('evidence.not-revealed');
        return found;
      });
      const sha256 = of === 'snapshot' ? row.snapshotSha256 : row.clipSha256;
      if (sha256 === null) throw new Problem('evidence.unknown');
      const bytes = await store.size(user.tenant, sha256);
      if (bytes === null) throw new Problem('evidence.unknown');
      await views.note(user, { entity: 'violation', id, what: `original ${of}` });
      return { tenant: user.tenant, sha256, bytes };
    },
  };
}

const whatOf = (row: ViolationRow): string[] => [
  ...(row.snapshotSha256 === null ? [] : ['snapshot']),
  ...(row.clipSha256 === null ? [] : ['clip']),
];

function stateOf(row: ViolationRow, untilAt: Date | null): RevealState {
  const base = `/api/v1/violations/${row.id}/original`;
  return {
    until: untilAt?.toISOString() ?? null,
    snapshotUrl: row.snapshotSha256 === null ? null : `${base}/snapshot`,
    clipUrl: row.clipSha256 === null ? null : `${base}/clip`,
  };
}
