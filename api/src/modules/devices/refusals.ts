import type { Logger } from 'pino';
import type { RequestOrigin } from '../../platform/access/devices.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { type CredentialRow, deviceCaller } from './rows.ts';

/** Why a device is refused. */
export type Refusal =
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'old-secret'
  | 'wrong-kind'
  | 'other-name'
  | 'enrolment';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Refusals within an hour after which people are notified: per credential, per address. */
export const TOLD_AT = 10;
/** The count in the row is written this often at most; what comes between is added. */
const WRITE_EVERY_MS = 1_000;
/** Addresses without a right secret that are remembered. */
const MOST_ADDRESSES = 1_000;

interface Tally {
  since: number;
  inHour: number;
  /** Not yet in the row. */
  pending: number;
  writtenAt: number;
  /** Reasons that have a line of this hour. */
  lines: Set<Refusal>;
  toldAt: number;
}

type RefusedRow = Pick<CredentialRow, 'id' | 'kind' | 'name'>;

export type Refusals = ReturnType<typeof createRefusals>;

/**
 * Keeps what was refused: a metric of all, a count and the newest in the row, one line an hour in the
 * audit log for each credential and reason, and a notice where it goes on. An attacker can fill neither
 * the log nor the memory.
 */
export function createRefusals(options: {
  units: Units;
  notices: Notices;
  metrics: Metrics;
  log: Logger;
  tenant: string;
}) {
  const { units, notices, metrics, log, tenant } = options;
  const ofCredential = new Map<string, Tally>();
  const ofAddress = new Map<string, Tally>();

  function count(tallies: Map<string, Tally>, key: string): Tally {
    const now = Date.now();
    const before = tallies.get(key);
    const tally =
      before && now - before.since < HOUR_MS
        ? before
        : {
            since: now,
            inHour: 0,
            pending: before?.pending ?? 0,
            writtenAt: 0,
            lines: new Set<Refusal>(),
            toldAt: before?.toldAt ?? 0,
          };
    tally.inHour++;
    tally.pending++;
    // The newest last, so that the oldest is forgotten.
    tallies.delete(key);
    tallies.set(key, tally);
    for (const oldest of tallies.keys()) {
      if (tallies.size <= MOST_ADDRESSES) break;
      tallies.delete(oldest);
    }
    return tally;
  }

  async function tell(unit: Unit, row: RefusedRow | null, from: RequestOrigin, n: number) {
    const { tx } = unit;
    const to = await holdersOf(tx, 'device:manage');
    const what = row ? { zh: `${row.kind} ${row.name}`, en: `${row.kind} ${row.name}` } : null;
    await notices.notify(unit, {
      to,
      kind: 'device.refused',
      severity: 'warning',
      title: {
        zh: what ? `设备 ${what.zh} 多次被拒绝` : `来自 ${from.address} 的设备多次被拒绝`,
        en: what
          ? `${what.en} is refused again and again`
          : `Devices at ${from.address} are refused`,
      },
      body: {
        zh: `一小时内 ${n} 次，最近一次来自 ${from.address}（${from.route}）。请核对设备配置；若非本厂设备，请排查该地址。`,
        en: `${n} times within an hour, last from ${from.address} (${from.route}). Check how the device is configured; if it is none of yours, look into that address.`,
      },
      link: row ? noticeLink('device.refused', row.id) : '/admin/devices',
      subject: row ? { entity: 'device-credential', id: row.id } : null,
    });
  }

  async function note(
    row: RefusedRow | null,
    reason: Refusal,
    from: RequestOrigin,
    detail: Record<string, unknown>,
  ): Promise<void> {
    metrics.deviceRefusals.inc({ reason });
    const tally = row ? count(ofCredential, row.id) : count(ofAddress, from.address);
    const now = Date.now();
    const isNewLine = !tally.lines.has(reason);
    const mayTell = tally.inHour >= TOLD_AT && now - tally.toldAt >= DAY_MS;
    if (!isNewLine && !mayTell && now - tally.writtenAt < WRITE_EVERY_MS) return;
    if (!row && !isNewLine && !mayTell) return;
    const n = tally.pending;
    tally.pending = 0;
    tally.writtenAt = now;
    tally.lines.add(reason);
    if (mayTell) tally.toldAt = now;
    const { address, route } = from;
    await units.run(deviceCaller(tenant, from), async (unit) => {
      if (row) {
        await unit.tx.deviceCredential.updateMany({
          where: { id: row.id },
          data: {
            refusedCount: { increment: n },
            refusedAt: new Date(now),
            refusedFrom: address.slice(0, 64),
            refusedReason: reason,
          },
        });
      }
      if (isNewLine) {
        const after = { ...detail, reason, route, address };
        const id = row?.id ?? null;
        await unit.audit({ action: 'use-refused', entity: 'device-credential', id, after });
      }
      if (mayTell && (await isFirstToTell(unit, row))) await tell(unit, row, from, tally.inHour);
    });
  }

  /** Only one of several processes notifies about a credential. */
  async function isFirstToTell({ tx }: Unit, row: RefusedRow | null): Promise<boolean> {
    if (!row) return true;
    const { count } = await tx.deviceCredential.updateMany({
      where: {
        id: row.id,
        OR: [{ refusedToldAt: null }, { refusedToldAt: { lt: new Date(Date.now() - DAY_MS) } }],
      },
      data: { refusedToldAt: new Date() },
    });
    return count === 1;
  }

  return {
    /** A credential that is known was used where, when or how it may not be. Never throws. */
    async known(row: RefusedRow, reason: Refusal, from: RequestOrigin, detail: object = {}) {
      const about = { kind: row.kind, name: row.name, ...detail };
      await note(row, reason, from, about).catch((error: unknown) =>
        log.warn({ err: error }, 'a refused use of a credential was not noted'),
      );
    },
    /** A worker that enrols with the key id of another credential. Never throws. */
    async enrolment(from: RequestOrigin, name: string) {
      await note(null, 'enrolment', from, { kind: 'worker', name }).catch((error: unknown) =>
        log.warn({ err: error }, 'a refused enrolment was not noted'),
      );
    },
    /** A secret that belongs to no credential. Never throws. */
    async unknown(from: RequestOrigin) {
      await note(null, 'unknown', from, {}).catch((error: unknown) =>
        log.warn({ err: error }, 'a refused device was not noted'),
      );
    },
  };
}
