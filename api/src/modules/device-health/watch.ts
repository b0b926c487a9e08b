import { systemCaller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import type { Devices } from './devices.ts';
import { type Changes, compare, type OpenOutage } from './judge.ts';
import type { DeviceKind, OutageFault } from './schema.ts';
import { readSetting } from './settings.ts';
import { plainMinute, storeMinutes } from './store.ts';
import { tellOfEnds, tellOfOutages } from './tell.ts';

/** How soon an outage is noticed after it can be, ms. */
const LOOK_EVERY_MS = 1_000;
/** What another process recorded is read again so often, ms. */
const READ_EVERY_MS = 10_000;
const MESSAGE_LENGTH = 1_000;
const MINUTE_MS = 60_000;
/** The loss of the first network of a camera with two is told after this, ms. */
const NETWORK_GRACE_MS = 60_000;
const DAY_MS = 86_400_000;

/** An open outage, and whether people were told. */
interface Known extends OpenOutage {
  readonly begunAt: Date;
  readonly isTold: boolean;
}

/**
 * Keeps the record of outages, and tells people of those that last. Several processes may do so at
 * once: of an outage there is one open row, and the one that marks it as told tells.
 */
export function watchDevices(
  platform: Pick<Platform, 'units' | 'notices' | 'live' | 'settings' | 'log' | 'features'>,
  devices: Devices,
): Loop {
  const { units, live, settings, log, features } = platform;
  const { tenant } = settings;
  const caller = systemCaller(tenant);
  let open: Known[] = [];
  let setting = { graceSeconds: 10, delaySeconds: 5 };
  let readAt = Number.NEGATIVE_INFINITY;
  let isFirst = true;
  /** Ends of which people may have to be told. */
  let ended = false;
  const minutes = createMinuteSamples(devices);

  async function read(unit: Unit): Promise<void> {
    const { tx } = unit;
    const rows = await tx.deviceOutage.findMany({ where: { endedAt: null } });
    open = rows.map((row) => ({
      id: row.id,
      kind: row.kind as DeviceKind,
      subject: row.subject,
      fault: row.fault as OutageFault,
      cause: row.cause,
      begunAt: row.begunAt,
      isTold: row.toldAt !== null,
    }));
    setting = await readSetting(tx);
    readAt = performance.now();
    if (isFirst) {
      for (const { kind, subject } of open) devices.remember(kind, subject);
      const last = await tx.deviceHealthMinute.groupBy({
        by: ['subject'],
        // Those of the demonstration name the demonstration as their worker.
        where: { kind: 'worker', worker: null, at: { gt: new Date(Date.now() - DAY_MS) } },
        _max: { at: true },
      });
      for (const { subject, _max } of last) {
        devices.remember('worker', subject, (_max.at?.getTime() ?? 0) + MINUTE_MS);
      }
      isFirst = false;
      // Outages may have ended while no API was running.
      ended = true;
    }
  }

  async function write(unit: Unit, { begin, change, end }: Changes): Promise<void> {
    const { tx } = unit;
    const foundAt = new Date();
    if (begin.length > 0) {
      await tx.deviceOutage.createMany({
        data: begin.map(({ device, fault }) => ({
          tenantId: tenant,
          id: newId(),
          kind: device.kind,
          subject: device.subject,
          fault: fault.fault,
          cause: fault.cause,
          message: fault.message?.slice(0, MESSAGE_LENGTH) ?? null,
          worker: device.worker,
          begunAt: new Date(Math.min(fault.begunAt, foundAt.getTime())),
          foundAt,
        })),
        skipDuplicates: true,
      });
    }
    for (const { id, fault } of change) {
      const message = fault.message?.slice(0, MESSAGE_LENGTH) ?? null;
      await tx.deviceOutage.updateMany({ where: { id }, data: { cause: fault.cause, message } });
    }
    if (end.length > 0) {
      // Never before its begin, which is by the clock of a worker.
      await tx.$executeRaw`UPDATE device_outage SET ended_at = greatest(begun_at, now())
        WHERE id = ANY (${end.map(({ id }) => id)}::text[]) AND ended_at IS NULL`;
      ended = true;
    }
    unit.afterCommit(() => live.push(tenant, 'device-health', { type: 'device-outages' }));
  }

  // Pictures go on: only a network that stays away is told.
  const graceMs = (fault: OutageFault) =>
    Math.max(setting.graceSeconds * 1000, fault === 'network' ? NETWORK_GRACE_MS : 0);
  const isDue = ({ isTold, begunAt, cause, kind, fault }: Known, now: number) =>
    !isTold && isTellable({ kind, fault, cause }) && now - begunAt.getTime() >= graceMs(fault);

  async function pass(): Promise<boolean> {
    if (!(await features.check('monitoring'))) return false;
    const now = Date.now();
    const isStale = performance.now() - readAt >= READ_EVERY_MS;
    const samples = minutes.take(now);
    const judge = () =>
      compare(
        devices.judge({
          delaySeconds: setting.delaySeconds,
          isOpen: (subject, fault) =>
            open.some((one) => one.subject === subject && one.fault === fault),
        }),
        open,
      );
    const changes = judge();
    const isNews = changes.begin.length + changes.change.length + changes.end.length > 0;
    const due = open.some((one) => isDue(one, now));
    if (!isNews && !due && !isStale && !ended && samples.length === 0) return false;
    await units.run(caller, async (unit) => {
      // One process at a time: another one's rows are seen before they are judged again.
      await unit.tx
        .$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, 5718102))::text`;
      await read(unit);
      const fresh = judge();
      if (fresh.begin.length + fresh.change.length + fresh.end.length > 0) {
        await write(unit, fresh);
        await read(unit);
      }
      const toTell = open.filter((one) => isDue(one, now)).map(({ id }) => id);
      const parts = { notices: platform.notices, devices };
      if (toTell.length > 0) await tellOfOutages(unit, parts, toTell);
      if (ended) await tellOfEnds(unit, parts);
      await storeMinutes(unit.tx, tenant, samples);
    });
    ended = false;
    return false;
  }

  return startLoop({ name: 'outages of devices', log, everyMs: LOOK_EVERY_MS, pass });
}

/** Whether people are told of it: a camera whose worker is away is named in the notice of the worker. */
export const isTellable = ({
  kind,
  fault,
  cause,
}: Pick<OpenOutage, 'kind' | 'fault' | 'cause'>): boolean =>
  kind === 'worker' || (kind === 'camera' && !(fault === 'offline' && cause === 'worker-offline'));

/** Minutes of gateways and devices on site, which tell none of their own. */
function createMinuteSamples(devices: Devices) {
  let minute = 0;
  const seen = new Map<string, { kind: DeviceKind; subject: string; looks: number; up: number }>();
  return {
    /** @returns the rows of the minute that is over. */
    take(now: number) {
      const current = now - (now % MINUTE_MS);
      const rows =
        current === minute
          ? []
          : [...seen.values()].map(({ kind, subject, looks, up }) =>
              plainMinute(kind, subject, new Date(minute), Math.round((60 * up) / looks)),
            );
      if (current !== minute) seen.clear();
      minute = current;
      for (const { kind, subject, now: state } of devices.now(now)) {
        if (kind !== 'gateway' && kind !== 'site-device') continue;
        const key = `${kind} ${subject}`;
        const known = seen.get(key) ?? { kind, subject, looks: 0, up: 0 };
        known.looks++;
        if (state === 'ok') known.up++;
        seen.set(key, known);
      }
      return rows;
    },
  };
}
