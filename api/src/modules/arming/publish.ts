import {
  ARMING_RENEW_MS,
  ARMING_VALID_MS,
  type Armed,
  type ArmedByApi,
  type ArmingContent,
  type ArmingState,
  armedIn,
  armingPlace,
  topics,
} from '@anshi/contracts';
import { textSignature } from '@anshi/contracts/bus-signature';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import { credentialsInForce } from '../devices/revoked.ts';
import { readKnown } from './known.ts';
import { type ArmingKnown, armingStateOf } from './state.ts';

/** Permits, the calendar and cameras change outside of this module, also in other processes. */
const EVERY_MS = 1_000;
/** The broker ends a connection that sends more at once. */
const MOST_BYTES = 200 * 1024;

/** The states of the zones of a camera that ask the API, by the place that their topic names. */
export function statesByPlace(
  camera: Pick<KnownCamera, 'zones' | 'rules'>,
  known: ArmingKnown,
): Map<string, ArmingState[]> {
  const places = new Map<string, ArmingState[]>();
  for (const { place, rule, when, area } of askingApi(armedIn(camera))) {
    const states = places.get(place) ?? [];
    states.push({ rule, ...armingStateOf(when, area, known) });
    places.set(place, states);
  }
  return places;
}

/** Those that machines arm are known to the worker itself. */
export const askingApi = (all: readonly Armed[]): (Armed & { when: ArmedByApi })[] =>
  all.flatMap((one) => (one.when.by === 'machine' ? [] : [{ ...one, when: one.when }]));

/**
 * When a state says nothing any more: after a minute, and no later than the moment at which it changes by
 * itself, so that nothing stays disarmed for want of a message.
 */
export function validUntil(states: readonly ArmingState[], now: Date): Date {
  const changes = states.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
  return new Date(Math.min(now.getTime() + ARMING_VALID_MS, ...changes));
}

/**
 * Publishes what of each zone is armed: retained, signed for each worker in force, with an end; again
 * every 15 s, where it changes, and after each connection to the broker. What is configured no more is
 * taken away.
 */
export function publishArming(
  platform: Pick<
    Platform,
    'bus' | 'busSigner' | 'database' | 'features' | 'services' | 'settings' | 'log'
  >,
): Loop {
  const { bus, busSigner, database, services, settings, log } = platform;
  const { tenant } = settings;
  const { configuration } = services.get('cameras');
  /** By topic: what was published last, and when in monotonic time. */
  let published = new Map<string, { text: string; at: number }>();
  let since: number | null = null;

  async function tell(
    camera: string,
    zone: string,
    states: ArmingState[],
    workers: string[],
    now: Date,
  ): Promise<void> {
    const topic = topics.arming(tenant, armingPlace(camera, zone));
    const text = JSON.stringify([states, workers]);
    const last = published.get(topic);
    if (last?.text === text && performance.now() - last.at < ARMING_RENEW_MS) return;
    const content = JSON.stringify({
      camera,
      zone,
      states,
      at: now.toISOString(),
      validUntil: validUntil(states, now).toISOString(),
    } satisfies ArmingContent);
    const signatures = Object.fromEntries(
      workers.map((worker) => [worker, textSignature(busSigner.keyOf(worker), topic, content)]),
    );
    const message = JSON.stringify({ content, signatures });
    if (Buffer.byteLength(message) > MOST_BYTES) {
      log.error({ topic }, 'a state of arming is too large for the broker: the zone stays armed');
    } else await bus.publishRetainedAcknowledged(topic, message);
    published.set(topic, { text, at: performance.now() });
  }

  async function pass(): Promise<boolean> {
    if (!bus.connected) return false;
    if (bus.connectedSince !== since) {
      published = new Map();
      since = bus.connectedSince;
    }
    const cameras = configuration.file.cameras.filter(
      (camera) => askingApi(armedIn(camera)).length > 0,
    );
    if (cameras.length === 0 && published.size === 0) return false;
    const { known, workers } = await database.transaction({ tenant, user: null }, async (tx) => ({
      known: await readKnown(platform, tx),
      workers: [...(await credentialsInForce(tx, 'worker')).inForce].sort(),
    }));
    const wanted = new Set<string>();
    for (const camera of cameras) {
      for (const [zone, states] of statesByPlace(camera, known)) {
        wanted.add(topics.arming(tenant, armingPlace(camera.id, zone)));
        await tell(camera.id, zone, states, workers, known.now);
      }
    }
    for (const topic of [...published.keys()]) {
      if (wanted.has(topic)) continue;
      await bus.publishRetainedAcknowledged(topic, '');
      published.delete(topic);
    }
    return false;
  }

  return startLoop({ name: 'arming', log, everyMs: EVERY_MS, pass });
}
