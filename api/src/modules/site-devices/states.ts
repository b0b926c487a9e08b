import {
  ACTUATOR_STALE_MS,
  type ActuatorState,
  actuatorState,
  type BusRefusalKind,
  topics,
} from '@anshi/contracts';
import type { Platform } from '../../platform/module.ts';
import { takeTime } from '../../platform/outside-time.ts';
import { isDeviceRevoked } from '../devices/revoked.ts';
import type { SiteDevice } from './schema.ts';

/** How soon it is noticed that a device has fallen silent, ms. */
const LOOK_EVERY_MS = 5_000;
/** As many devices as one plant has, at most: names come from outside. */
const MOST_DEVICES = 2_000;

export interface SiteDeviceStates {
  /** What a device does now; null where it was not heard of. */
  now(device: string): SiteDevice['now'];
  /** The devices that were heard of. */
  heard(): string[];
  close(): void;
}

/** Follows the states of the devices, which a new process gets at once because they are retained. */
export function followSiteDevices(
  platform: Pick<
    Platform,
    'bus' | 'live' | 'database' | 'metrics' | 'actuatorSigner' | 'busRefusals' | 'settings'
  >,
): SiteDeviceStates {
  const { bus, live, database, metrics, actuatorSigner: signer, busRefusals, settings } = platform;
  const { tenant } = settings;
  const heard = new Map<string, { state: ActuatorState; heardAt: number }>();

  bus.subscribe(topics.actuatorState(tenant, '+'), 1, async (topic, message, payload) => {
    const device = topic.split('/').at(-2) ?? '';
    const refuse = (what: BusRefusalKind, detail: string) =>
      busRefusals.note({ user: `actuator-${device}`, what, topic, detail });
    const read = actuatorState.safeParse(message);
    // A last will was signed when its connection began.
    const isWill = read.success && !read.data.online;
    const fault = signer.fault(device, topic, payload, isWill ? null : Date.now());
    // What is retained of a device that is gone is old, and no attack.
    if (fault === 'stale') return;
    if (fault !== null) return refuse('signature', `a state whose signature is ${fault}`);
    if (!read.success) {
      metrics.busInvalid.inc({ kind: 'actuator-state' });
      return refuse('schema', 'a state that does not match its schema');
    }
    const state = read.data;
    if (state.device !== device) return refuse('sender', `a state of "${state.device}"`);
    const time = takeTime(metrics, 'actuator-state', state.at);
    if (time.result !== 'taken') return;
    const isRevoked = await database.transaction({ tenant, user: null }, (tx) =>
      isDeviceRevoked(tx, 'actuator', device),
    );
    if (isRevoked) return refuse('revoked', 'a state of a device without a credential in force');
    const before = show(device);
    if (!before && heard.size >= MOST_DEVICES) return;
    heard.set(device, { state, heardAt: Date.now() });
    const after = show(device);
    const isNews =
      before?.online !== after?.online ||
      before?.until !== after?.until ||
      JSON.stringify(before?.outputs) !== JSON.stringify(after?.outputs);
    if (isNews) live.push(tenant, 'commands', { type: 'site-device', device, now: after });
  });

  /** Those that were online when it was looked last. */
  let online = new Set<string>();
  const looking = setInterval(() => {
    const now = new Set([...heard.keys()].filter((device) => show(device)?.online));
    for (const device of online) {
      if (now.has(device)) continue;
      live.push(tenant, 'commands', { type: 'site-device', device, now: show(device) });
    }
    online = now;
  }, LOOK_EVERY_MS).unref();

  function show(device: string): SiteDevice['now'] {
    const known = heard.get(device);
    if (!known) return null;
    const { state, heardAt } = known;
    return {
      online: state.online && Date.now() - heardAt <= ACTUATOR_STALE_MS,
      outputs: state.outputs,
      until: state.until,
      at: new Date(heardAt).toISOString(),
    };
  }

  return { now: show, heard: () => [...heard.keys()], close: () => clearInterval(looking) };
}
