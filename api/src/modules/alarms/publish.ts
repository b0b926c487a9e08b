import { type AlarmLine, type AlarmPlan, type AlarmRules, topics } from '@anshi/contracts';
import { alarmBusKey, sealAlarmKeys } from '@anshi/contracts/alarm-keys';
import type { Transaction } from '../../platform/db/database.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { credentialsInForce } from '../devices/revoked.ts';
import { signalOutputs, signalOutputsOf } from '../site-devices/signals.ts';
import { snoozesForWorkers } from '../snoozes/match.ts';
import { notOver } from './mutes.ts';

/** Devices and workers change outside of this module, and other processes change the plan. */
const EVERY_MS = 5_000;
/** Who refused it, as its clock was wrong then, takes it once the clock is right. */
const AGAIN_MS = 60_000;
/** The broker ends a connection that sends more than 256 KiB at once, each time again. */
const MOST_BYTES = 200 * 1024;

/**
 * Publishes the alarm plan to each worker, and to each device whose alarms it takes and what is muted:
 * retained, so that both hold while the API is away. Again where something changed, each minute, and after
 * each connection to the broker, which may have lost what it retained.
 */
export function publishAlarmPlan(
  platform: Pick<
    Platform,
    'bus' | 'busSigner' | 'actuatorSigner' | 'database' | 'features' | 'settings' | 'log'
  >,
): Loop {
  const { bus, busSigner, actuatorSigner, database, features, settings, log } = platform;
  const { tenant } = settings;
  /** By topic: what was published last, or was too large for it, and when in monotonic time. */
  let published = new Map<string, { text: string; at: number }>();
  let since: number | null = null;

  /** It never throws: the other topics do not depend on this one. */
  async function tell(topic: string, content: object, sign: (at: string) => string): Promise<void> {
    const text = JSON.stringify(content);
    const last = published.get(topic);
    const now = performance.now();
    if (last?.text === text && now - last.at < AGAIN_MS) return;
    // Each would wait for its word until the line is back.
    if (!bus.connected) return;
    try {
      const signed = sign(new Date().toISOString());
      const bytes = Buffer.byteLength(signed);
      if (bytes > MOST_BYTES) {
        log.error(
          { topic, bytes, most: MOST_BYTES },
          'this part of the alarm plan is too large for the broker, and the earlier one stays in force: ' +
            'name fewer areas and cameras in the lines, or end lines and devices that are not needed',
        );
      } else await bus.publishRetainedAcknowledged(topic, signed);
      published.set(topic, { text, at: now });
    } catch (err) {
      // The next pass tries it again.
      log.warn({ err, topic }, 'a part of the alarm plan was not published');
    }
  }

  async function pass(): Promise<boolean> {
    if (!bus.connected) return false;
    if (bus.connectedSince !== since) {
      published = new Map();
      since = bus.connectedSince;
    }
    const isOn = features.isOn('site-devices');
    const found = await database.transaction({ tenant, user: null }, readPlan);
    const { lines, devices, workers, mutes, snoozes } = found;
    const active = devices.filter(({ isActive }) => isActive);
    for (const { device, isActive } of devices) {
      const rules: Omit<AlarmRules, 'at'> = {
        device,
        active: isOn && isActive,
        workers,
        mutes: mutes
          .filter((mute) => mute.device === device)
          .map(({ id, light, sound, fromAt, untilAt }) => ({
            id,
            light,
            sound,
            from: fromAt.toISOString(),
            until: untilAt.toISOString(),
          })),
      };
      const topic = topics.alarmRules(tenant, device);
      await tell(topic, rules, (at) => actuatorSigner.sign(device, topic, { ...rules, at }));
    }
    for (const worker of workers) {
      const plan: Omit<AlarmPlan, 'at' | 'keys'> = {
        worker,
        lines: isOn ? lines : [],
        devices: active.map(({ device, area, outputs }) => ({ device, area, outputs })),
        snoozes,
      };
      const topic = topics.alarmPlan(tenant, worker);
      await tell(topic, plan, (at) => {
        const keys = Object.fromEntries(
          active.map(({ device }) => [device, alarmBusKey(actuatorSigner.keyOf(device), worker)]),
        );
        const sealed = sealAlarmKeys(busSigner.keyOf(worker), keys);
        return busSigner.sign(worker, topic, { ...plan, keys: sealed, at });
      });
    }
    return false;
  }

  return startLoop({ name: 'alarm plan', log, everyMs: EVERY_MS, pass });
}

async function readPlan(tx: Transaction) {
  const lines = await tx.alarmLine.findMany({ where: { active: true }, orderBy: { id: 'asc' } });
  const rows = await tx.siteDevice.findMany({
    where: { kind: { in: Object.keys(signalOutputs) } },
    select: { device: true, kind: true, areaId: true, active: true },
    orderBy: { device: 'asc' },
  });
  const shutOut = await credentialsInForce(tx, 'actuator');
  const workers = [...(await credentialsInForce(tx, 'worker')).inForce].sort();
  const mutes = await tx.alarmMute.findMany({
    where: notOver(new Date()),
    orderBy: { id: 'asc' },
  });
  return {
    lines: lines.map(
      (row): AlarmLine => ({
        id: row.id,
        cameras: row.cameras,
        areas: row.areas,
        rules: row.rules as AlarmLine['rules'],
        severities: row.severities as AlarmLine['severities'],
        soundIn: row.soundIn,
        light: row.light as AlarmLine['light'],
        sound: row.sound,
        holdSeconds: row.holdSeconds,
        maxSeconds: row.maxSeconds,
      }),
    ),
    devices: rows.map(({ device, kind, areaId, active }) => ({
      device,
      area: areaId,
      outputs: [...signalOutputsOf(kind)],
      isActive: active && !shutOut.revoked.has(device),
    })),
    workers,
    mutes,
    snoozes: await snoozesForWorkers(tx, new Date()),
  };
}
