import { type Bilingual, type GatewayStatus, gatewayStatus, topics } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';
import { cameraFaults, type Fault, type Judged, workerFault } from './judge.ts';
import type { BoardItem, DeviceKind, OutageFault } from './schema.ts';

/** A gateway tells its status every ten seconds. */
const GATEWAY_SILENT_MS = 30_000;
/** After a start, a worker that was there before gets so long to be heard. */
const UNHEARD_MS = 60_000;
/** Names come from outside. */
const MOST_GATEWAYS = 500;

/** A device as it is now, for the board. */
export type Now = Pick<BoardItem, 'kind' | 'subject' | 'now' | 'reasons' | 'problem' | 'worker'>;

export type Devices = ReturnType<typeof followDevices>;

/** What is known now of cameras, workers, gateways and devices on site. */
export function followDevices(
  platform: Pick<Platform, 'bus' | 'services' | 'settings' | 'metrics'>,
) {
  const { bus, services, settings, metrics } = platform;
  const { configuration, states, service } = services.get('cameras');
  const siteDevices = services.get('siteDevices');
  const gateways = new Map<string, { status: GatewayStatus; heardAt: number }>();
  /** What was there at some time in this process: only of that can it be said that it went away. */
  const wasThere = new Set<string>();

  bus.subscribe(topics.gatewayStatus(settings.tenant, '+'), 1, (topic, message) => {
    const gateway = topic.split('/').at(-2) ?? '';
    const read = gatewayStatus.safeParse(message);
    if (!read.success || read.data.gateway !== gateway) {
      metrics.busInvalid.inc({ kind: 'gateway-status' });
      return;
    }
    if (!gateways.has(gateway) && gateways.size >= MOST_GATEWAYS) return;
    gateways.set(gateway, { status: read.data, heardAt: Date.now() });
  });

  /** Workers of which this process has not heard yet, and when they were there last. */
  const remembered = new Map<string, number>();

  /** One that does not come back with the API and its broker. */
  function unheard(now: number): Judged[] {
    const since = bus.connectedSince;
    if (since === null || now - since < UNHEARD_MS) return [];
    return [...remembered].flatMap(([subject, until]): Judged[] => {
      if (states.heardOf(subject)) return [];
      const fault = { fault: 'offline', cause: 'silent', message: null, begunAt: until } as const;
      return [{ kind: 'worker', subject, worker: null, faults: [fault] }];
    });
  }

  const cameras = () => configuration.file.cameras;

  function faultOfWorker(worker: string, now: number): Fault | null | undefined {
    const status = states.workers().find((one) => one.worker === worker);
    const heard = states.heardOf(worker);
    if (!status || !heard) return undefined;
    const { online, problem } = status;
    const known = { online, cameras: heard.cameras, heardAt: heard.at, problem };
    return workerFault(known, bus.connectedSince, now);
  }

  const offline = (isThere: boolean, begunAt: number): Fault[] =>
    isThere ? [] : [{ fault: 'offline', cause: null, message: null, begunAt }];

  /** Remembers that it was there; without, nothing is said of it. */
  function ofKnown(kind: DeviceKind, subject: string, faults: Fault[] | null): Judged[] {
    const key = `${kind} ${subject}`;
    const isThere = faults !== null && !faults.some(({ fault }) => fault === 'offline');
    if (isThere) wasThere.add(key);
    return wasThere.has(key) ? [{ kind, subject, worker: null, faults }] : [];
  }

  const gatewayIsThere = ({ status, heardAt }: { status: GatewayStatus; heardAt: number }) =>
    status.online && Date.now() - heardAt <= GATEWAY_SILENT_MS;

  return {
    /**
     * A device that is on record from before this process was started.
     *
     * @param until when it was there last, of a worker, ms since the epoch.
     */
    remember(kind: DeviceKind, subject: string, until?: number): void {
      wasThere.add(`${kind} ${subject}`);
      if (until !== undefined) remembered.set(subject, until);
    },

    /** All devices as they are judged now. */
    judge(
      options: { delaySeconds: number; isOpen: (subject: string, fault: OutageFault) => boolean },
      now = Date.now(),
    ): Judged[] {
      const workers = states.workers().flatMap(({ worker }): Judged[] => {
        const fault = faultOfWorker(worker, now);
        return ofKnown('worker', worker, fault === undefined ? null : fault ? [fault] : []);
      });
      const watched = cameras().flatMap(({ id, enabled }): Judged[] => {
        const health = enabled ? states.health(id) : null;
        const ofWorker = health ? faultOfWorker(health.worker, now) : null;
        const isDelayed = options.isOpen(id, 'delayed');
        const { delaySeconds } = options;
        const faults = cameraFaults(health, ofWorker, { delaySeconds, isDelayed });
        const [judged] = ofKnown('camera', id, faults);
        return judged ? [{ ...judged, worker: health?.worker ?? null }] : [];
      });
      return [
        ...workers,
        ...unheard(now),
        ...watched,
        // Their outages are over: they are watched no more.
        ...configuration.removed.map(
          ({ id }): Judged => ({ kind: 'camera', subject: id, worker: null, faults: [] }),
        ),
        ...[...gateways].flatMap(([name, heard]) =>
          ofKnown('gateway', name, offline(gatewayIsThere(heard), heard.heardAt)),
        ),
        ...siteDevices.heard().flatMap((name) => {
          const state = siteDevices.now(name);
          const begunAt = state ? Date.parse(state.at) : now;
          return ofKnown('site-device', name, offline(state?.online === true, begunAt));
        }),
      ];
    },

    /** All devices for the board: those that are configured, and those that were heard of. */
    now(now = Date.now()): Now[] {
      const plain = (kind: DeviceKind, subject: string, isThere: boolean): Now => ({
        kind,
        subject,
        now: isThere ? 'ok' : 'off',
        reasons: [],
        problem: null,
        worker: null,
      });
      return [
        ...cameras().map(({ id, enabled }): Now => {
          const health = enabled ? states.health(id) : null;
          const grade =
            health &&
            {
              excellent: 'ok' as const,
              fair: 'fair' as const,
              poor: 'poor' as const,
              offline: 'off' as const,
            }[health.quality];
          const isOff = health?.state === 'fault';
          const isSilent = !health || health.state === 'disabled';
          // What the board has shown as there is missed, also where it went before the next look.
          if (!isSilent && !isOff) wasThere.add(`camera ${id}`);
          return {
            kind: 'camera',
            subject: id,
            now: isSilent ? 'none' : isOff ? 'off' : (grade ?? 'none'),
            reasons: health?.reasons ?? [],
            problem: null,
            worker: health?.worker ?? null,
          };
        }),
        ...states.workers().map(({ worker, problem }): Now => {
          const isAway = faultOfWorker(worker, now) !== null;
          if (!isAway) wasThere.add(`worker ${worker}`);
          const state = problem === null ? 'ok' : 'fair';
          return { ...plain('worker', worker, !isAway), now: isAway ? 'off' : state, problem };
        }),
        ...[...gateways].map(([name, heard]) => plain('gateway', name, gatewayIsThere(heard))),
        ...siteDevices
          .heard()
          .map((name) => plain('site-device', name, siteDevices.now(name)?.online === true)),
      ];
    },

    /** Whether it is configured, registered, or was heard of. */
    async has(tx: Transaction, kind: DeviceKind, subject: string): Promise<boolean> {
      if (this.now().some((one) => one.kind === kind && one.subject === subject)) return true;
      const known = await tx.deviceHealthHour.findFirst({ where: { kind, subject } });
      return known !== null;
    },

    /** Where a camera belongs; null for an unknown one. */
    placeOf: service.placeOf,

    /** What people call devices; by their id where they have no other name. */
    async names(tx: Transaction): Promise<(kind: DeviceKind, subject: string) => Bilingual> {
      const found = await tx.siteDevice.findMany({ select: { device: true, name: true } });
      const onSite = new Map(found.map(({ device, name }) => [device, name as Bilingual]));
      return (kind, subject) => {
        const known =
          kind === 'camera'
            ? service.names(subject, null, null).camera
            : kind === 'site-device'
              ? onSite.get(subject)
              : undefined;
        return known ?? { zh: subject, en: subject };
      };
    },
  };
}
