import type { BlurOrder } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { heldNow } from '../cameras/who-held.ts';
import { nextUnblurred, violationOf } from '../scene-clips/rows.ts';
import type { ViolationEvents } from '../violations/events.ts';
import { asReader } from '../violations/reach.ts';
import { findViolation, findWithin, type ViolationRow } from '../violations/repository.ts';
import { showViolation } from '../violations/view.ts';
import { type Key, originalOf, sceneOf, subjectOf } from './subject.ts';

/** A worker that was killed gets its order again at once; another worker gets it after this, ms. */
const LEASE_MS = 30 * 60_000;
/** One that failed is tried again after this, ms. */
const RETRY_MS = 10 * 60_000;
/** Given out so often without an answer, it ends each worker that takes it. */
const MOST_ATTEMPTS = 6;
/** And so often after a worker said that it cannot be made. */
const MOST_FAILURES = 3;

/** The evidence of a violation `v`, a row for each kind. */
const UNBLURRED = Prisma.sql`CROSS JOIN LATERAL (VALUES
  ('snapshot', v.snapshot_sha256, v.snapshot_blurred_sha256, v.snapshot_blur_failed),
  ('clip', v.clip_sha256, v.clip_blurred_sha256, v.clip_blur_failed)
) AS e ("of", original, blurred, failed)`;
/** Of those rows, the ones whose rendition is to be made. */
const IS_UNBLURRED = Prisma.sql`(e.original IS NOT NULL AND e.blurred IS NULL AND e.failed IS NULL)`;

export type BlurOrders = ReturnType<typeof createBlurOrders>;

/**
 * Which blurred renditions are to be made. The table of violations is the list: evidence without one.
 * So nothing is lost with a worker, and old evidence is in it from the first day. A worker is given one
 * at a time: of its own violations, and of cameras that it watches now.
 */
export function createBlurOrders(options: {
  units: Units;
  store: EvidenceStore;
  events: ViolationEvents;
  tenant: string;
}) {
  const { units, store, events, tenant } = options;
  const run = <Result>(work: (unit: Unit) => Promise<Result>) =>
    units.run(systemCaller(tenant), work);

  /** No rendition will be made of it; readers are told why. */
  async function giveUp(unit: Unit, { violation, of }: Key, reason: string): Promise<void> {
    const text = reason.slice(0, 500);
    await unit.tx.blurOrder.deleteMany({ where: { violationId: violation, of } });
    const scene = await sceneOf(unit.tx, { violation, of });
    if (scene) {
      await unit.tx.sceneClip.updateMany({
        where: { id: scene.id },
        data: { clipBlurFailed: text },
      });
      return;
    }
    const column = of === 'snapshot' ? { snapshotBlurFailed: text } : { clipBlurFailed: text };
    await unit.tx.violation.updateMany({ where: { id: violation }, data: column });
    const row = await findViolation(unit.tx, violation);
    if (row) await events.emit(unit, 'updated', showViolation(row));
  }

  /** Leases the next evidence to a worker; null where there is none. */
  async function lease(
    tx: Transaction,
    worker: string,
  ): Promise<(Key & { attempts: number }) | null> {
    const next = await nextFor(tx, worker);
    if (!next) return null;
    const until = new Date(Date.now() + LEASE_MS);
    const [row] = await sqlIn(tx)<{ attempts: number }>(Prisma.sql`
      INSERT INTO blur_order (tenant_id, violation_id, "of", worker, until_at)
      VALUES (${tenant}, ${next.violation}, ${next.of}, ${worker}, ${until})
      ON CONFLICT (tenant_id, violation_id, "of") DO UPDATE
      SET worker = ${worker}, until_at = ${until}, attempts = blur_order.attempts + 1
      WHERE blur_order.worker = ${worker} OR blur_order.until_at < now()
      RETURNING attempts`);
    // Another worker was faster; it is asked again.
    return row ? { ...next, attempts: row.attempts } : null;
  }

  async function claimOnce(worker: string): Promise<BlurOrder | 'again' | null> {
    return run(async (unit) => {
      const leased = await lease(unit.tx, worker);
      if (!leased) return null;
      if (leased.attempts > MOST_ATTEMPTS) {
        await giveUp(unit, leased, `it was tried ${MOST_ATTEMPTS} times without an answer`);
        return 'again';
      }
      const { original, order } = await subjectOf(unit.tx, leased);
      const bytes = original === null ? null : await store.size(tenant, original);
      if (original === null || bytes === null) {
        await giveUp(unit, leased, 'the original is not in the evidence store');
        return 'again';
      }
      return { ...order, original, bytes };
    });
  }

  /** @throws Problem where the worker does not hold this order. */
  async function requireHeld(tx: Transaction, worker: string, { violation, of }: Key) {
    const order = await tx.blurOrder.findFirst({
      where: { violationId: violation, of, worker, untilAt: { gt: new Date() } },
    });
    if (!order) throw new Problem('evidence.no-order');
    return order;
  }

  return {
    /** The next order of a worker: one that it holds already, else a new one. */
    async claim(worker: string): Promise<BlurOrder | null> {
      for (;;) {
        const order = await claimOnce(worker);
        if (order !== 'again') return order;
      }
    },

    /**
     * A reader waits for the renditions of a violation: they are made before all others.
     *
     * @throws Problem `violation.unknown`
     */
    want: (user: User, violation: string): Promise<void> =>
      units.run(user, async ({ tx }) => {
        const reader = asReader(user.account);
        if (!(await findWithin(tx, reader, violation))) throw new Problem('violation.unknown');
        // In no worker's hands yet; see `lease`.
        await sqlIn(tx)(Prisma.sql`
          INSERT INTO blur_order (tenant_id, violation_id, "of", worker, until_at, attempts, wanted_at)
          SELECT v.tenant_id, v.id, e."of", '', now() - interval '1 s', 0, now()
          FROM violation v ${UNBLURRED}
          WHERE v.id = ${violation} AND ${IS_UNBLURRED}
          ON CONFLICT (tenant_id, violation_id, "of") DO UPDATE SET wanted_at = now()`);
      }),

    /** The bytes that an order is about, for the worker that holds it alone. */
    read: (worker: string, key: Key, which: 'original' | 'boxes') =>
      run(async ({ tx }) => {
        await requireHeld(tx, worker, key);
        const subject = await subjectOf(tx, key);
        const sha256 = subject[which];
        const bytes = sha256 === null ? null : await store.size(tenant, sha256);
        if (sha256 === null || bytes === null) throw new Problem('evidence.unknown');
        return { sha256, bytes };
      }),

    /** The worker cannot make it: it is tried again later, a few times. */
    failed: (worker: string, key: Key, reason: string) =>
      run(async (unit) => {
        const { attempts } = await requireHeld(unit.tx, worker, key);
        if (attempts >= MOST_FAILURES) return giveUp(unit, key, reason);
        await unit.tx.blurOrder.updateMany({
          where: { violationId: key.violation, of: key.of },
          // Of nobody until then.
          data: { worker: '', untilAt: new Date(Date.now() + RETRY_MS) },
        });
      }),

    /**
     * Attaches a rendition to its violation, unless it has one.
     *
     * @returns null where the rendition is of another original than the violation has.
     */
    async attach(
      tx: Transaction,
      data: Key & { original: string; file: { sha256: string } },
    ): Promise<ViolationRow | null> {
      const { violation, of, original, file } = data;
      const scene = await sceneOf(tx, data);
      if (scene) {
        if (scene.clipSha256 !== original || original === file.sha256) return null;
        await tx.sceneClip.updateMany({
          where: { id: scene.id, clipBlurredSha256: null },
          data: { clipBlurredSha256: file.sha256, clipBlurFailed: null },
        });
        await tx.blurOrder.deleteMany({ where: { violationId: violation, of } });
        return violationOf(tx, scene);
      }
      const row = await findViolation(tx, violation);
      if (!row || originalOf(row, of) !== original || original === file.sha256) return null;
      const sha256 = file.sha256;
      await (of === 'snapshot'
        ? tx.violation.updateMany({
            where: { id: violation, snapshotBlurredSha256: null },
            data: { snapshotBlurredSha256: sha256, snapshotBlurFailed: null },
          })
        : tx.violation.updateMany({
            where: { id: violation, clipBlurredSha256: null },
            data: { clipBlurredSha256: sha256, clipBlurFailed: null },
          }));
      await tx.blurOrder.deleteMany({ where: { violationId: violation, of } });
      return tx.violation.findFirstOrThrow({ where: { id: violation } });
    },

    /** Whether a worker was given this order, so that it may report on the violation of another. */
    async isOf(tx: Transaction, worker: string, { violation, of }: Key): Promise<boolean> {
      return (await tx.blurOrder.count({ where: { violationId: violation, of, worker } })) > 0;
    },
  };

  /** What a reader waits for first, then what waits for review, pictures before clips, the newest first. */
  async function nextFor(tx: Transaction, worker: string): Promise<Key | null> {
    const sql = sqlIn(tx);
    const [own] = await sql<Key>(Prisma.sql`
      SELECT violation_id AS violation, "of" FROM blur_order
      WHERE worker = ${worker} AND until_at > now() LIMIT 1`);
    if (own) return own;
    const [next] = await sql<Key & { wantedAt: Date | null }>(Prisma.sql`
      SELECT v.id AS violation, e."of", o.wanted_at AS "wantedAt" FROM violation v
      ${UNBLURRED}
      LEFT JOIN blur_order o ON o.tenant_id = v.tenant_id AND o.violation_id = v.id AND o."of" = e."of"
      WHERE ((v.snapshot_sha256 IS NOT NULL AND v.snapshot_blurred_sha256 IS NULL AND v.snapshot_blur_failed IS NULL)
          OR (v.clip_sha256 IS NOT NULL AND v.clip_blurred_sha256 IS NULL AND v.clip_blur_failed IS NULL))
        AND ${IS_UNBLURRED}
        AND (o.until_at IS NULL OR o.until_at < now())
        AND (v.source = ${`/vision/${worker}`}
          OR v.camera IN (${heldNow(worker)}))
        AND NOT EXISTS (SELECT 1 FROM purged_file p WHERE p.sha256 = e.original)
      ORDER BY o.wanted_at DESC NULLS LAST, v.status <> 'pending', e."of" <> 'snapshot', v.started_at DESC LIMIT 1`);
    const scene = await nextUnblurred(tx, worker);
    return scene && scene.wantedAt > (next?.wantedAt ?? new Date(0))
      ? { violation: scene.id, of: 'clip' }
      : (next ?? null);
  }
}
