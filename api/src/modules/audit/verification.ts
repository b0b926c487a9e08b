import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import { anchorsFile, publicKeyFile, readAnchors } from '../../platform/audit/anchors.ts';
import { type FoundOptions, writeFinding } from '../../platform/audit/unusual/watch.ts';
import { type Verification, verifyAudit } from '../../platform/audit/verify.ts';
import type { Database } from '../../platform/db/database.ts';
import type { VerificationView } from './schema.ts';

/** A younger result is reused. */
const FRESH_MS = 10 * 60_000;
/** Interval of the automatic verification. */
const EVERY_MS = 6 * 3_600_000;
/** How long a request without a result waits for one. */
const WAIT_MS = 5_000;
const PAUSE_MS = 20;

/**
 * Verifies the chain in the background, in batches with pauses, and keeps the last result. Flaws
 * are reported to the auditors.
 */
export function createVerification(
  options: FoundOptions & { database: Database; log: Logger; folder: string },
) {
  const { database, log, folder, tenant, units } = options;
  let last: Verification | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let failed = false;
  let walk: Promise<void> | null = null;
  let closed = false;
  const timer = setInterval(() => void begin(), EVERY_MS);
  timer.unref();

  async function findAnchors() {
    try {
      const list = await readAnchors(anchorsFile(folder, tenant));
      return { list, publicKey: await readFile(publicKeyFile(folder), 'utf8') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  function begin(): Promise<void> {
    walk ??= run().finally(() => {
      walk = null;
    });
    return walk;
  }

  async function run(): Promise<void> {
    try {
      const result = await verifyAudit(database, tenant, {
        anchors: await findAnchors(),
        pause: () => sleep(PAUSE_MS),
        stopped: () => closed,
      });
      failed = false;
      lastAt = Date.now();
      const before = last;
      last = result;
      if (!result.ok) await tell(result, before);
    } catch (error) {
      failed = true;
      if (!closed) log.error({ err: error }, 'the audit chain could not be verified');
    }
  }

  /** Once per state of the log, not per verification. */
  async function tell(result: Verification, before: Verification | null): Promise<void> {
    log.fatal({ flaws: result.flaws.slice(0, 20) }, 'the audit log was tampered with');
    if (before && JSON.stringify(before.flaws) === JSON.stringify(result.flaws)) return;
    const count = result.flaws.length + result.moreFlaws;
    const first = result.flaws[0];
    await units.run(systemCaller(tenant), async (unit) => {
      const open = await unit.tx.auditFinding.findFirst({
        where: { rule: 'chain', handledAt: null, count },
      });
      if (open) return;
      await writeFinding(unit, options, {
        rule: 'chain',
        severity: 'critical',
        subject: 'audit_log',
        userId: null,
        userName: null,
        text: {
          zh: `审计日志被篡改：${count} 处，第一处在位置 ${first?.position ?? '-'}（序号 ${first?.seq ?? '-'}）`,
          en: `The audit log was tampered with: ${count} places, the first at position ${first?.position ?? '-'} (row ${first?.seq ?? '-'})`,
        },
        firstAt: new Date(result.startedAt),
        lastAt: new Date(),
        count,
        seqs: result.flaws.flatMap(({ seq }) => (seq === null ? [] : [BigInt(seq)])).slice(0, 200),
      });
    });
  }

  return {
    /** The last result; an outdated one starts a new verification. */
    async read(): Promise<VerificationView> {
      if (Date.now() - lastAt > FRESH_MS) {
        const walking = begin();
        if (!last) await Promise.race([walking, sleep(WAIT_MS, undefined, { ref: false })]);
      }
      return show(last, { running: walk !== null, failed });
    },
    /** Starts a verification, and waits for it briefly. */
    async again(caller: Caller): Promise<VerificationView> {
      await units.run(caller, (unit) => unit.audit({ action: 'verify', entity: 'audit' }));
      if (walk) await Promise.race([walk, sleep(WAIT_MS, undefined, { ref: false })]);
      await Promise.race([begin(), sleep(WAIT_MS, undefined, { ref: false })]);
      return show(last, { running: walk !== null, failed });
    },
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      await walk;
    },
  };
}

function show(
  last: Verification | null,
  { running, failed }: { running: boolean; failed: boolean },
): VerificationView {
  const state = failed ? 'failed' : last ? (last.ok ? 'ok' : 'broken') : 'running';
  return {
    state,
    running,
    sealed: last?.sealed ?? '0',
    flaws: last?.flaws ?? [],
    moreFlaws: last?.moreFlaws ?? 0,
    unsealed: last?.unsealed ?? { count: 0, since: null },
    anchors: last?.anchors ?? { checked: 0, newest: null },
    startedAt: last?.startedAt ?? null,
    seconds: last?.seconds ?? 0,
  };
}
