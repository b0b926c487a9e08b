import type { CameraHealth } from '@anshi/contracts';
import type { DeviceKind, OutageFault } from './schema.ts';

/** What is wrong with a device now. */
export interface Fault {
  readonly fault: OutageFault;
  readonly cause: string | null;
  readonly message: string | null;
  /** When it began, ms since the epoch. */
  readonly begunAt: number;
}

/** A device as it is judged now; null where it cannot be told, so that what is open stays. */
export interface Judged {
  readonly kind: DeviceKind;
  readonly subject: string;
  readonly worker: string | null;
  readonly faults: readonly Fault[] | null;
}

/** A worker tells the health of its cameras every 2 s, and its own status every 10 s. */
const SILENT_MS = 10_000;
const SILENT_WITHOUT_CAMERAS_MS = 30_000;

/** What is known of a worker. */
export interface KnownWorker {
  readonly online: boolean;
  /** Cameras of which it tells the health. */
  readonly cameras: number;
  /** When anything of it was heard last, ms since the epoch. */
  readonly heardAt: number;
  readonly problem: string | null;
}

/**
 * Whether a worker is away: it or the broker said so, or it says nothing.
 *
 * @param listeningSince since when the bus is heard without a gap, ms since the epoch; null while it is
 *   not: silence before was not that of the worker.
 */
export function workerFault(
  worker: KnownWorker,
  listeningSince: number | null,
  now: number,
): Fault | null | undefined {
  if (listeningSince === null) return undefined;
  const { online, cameras, heardAt, problem } = worker;
  const message = problem;
  if (!online) return { fault: 'offline', cause: 'worker-offline', message, begunAt: heardAt };
  const limit = cameras > 0 ? SILENT_MS : SILENT_WITHOUT_CAMERAS_MS;
  if (now - Math.max(heardAt, listeningSince) <= limit) return null;
  return { fault: 'offline', cause: 'silent', message, begunAt: heardAt };
}

/** Above the limit a delay begins, below this share of it it ends. */
const DELAY_ENDS = 0.5;

/**
 * What is wrong with a camera.
 *
 * @param workersFault that of the worker that watches it.
 * @param isDelayed whether an outage by delay is open.
 * @returns null where it cannot be told, such as while it is being connected.
 */
export function cameraFaults(
  health: CameraHealth | null,
  workersFault: Fault | null | undefined,
  options: { delaySeconds: number; isDelayed: boolean },
): Fault[] | null {
  if (!health || health.state === 'disabled') return [];
  if (workersFault === undefined) return null;
  if (workersFault) {
    const { begunAt, message } = workersFault;
    return [{ fault: 'offline', cause: 'worker-offline', message, begunAt }];
  }
  if (health.state === 'connecting') return null;
  if (health.state === 'fault') {
    const { code, message, since } = health.fault ?? {
      code: 'failed',
      message: null,
      since: health.at,
    };
    return [{ fault: 'offline', cause: code, message, begunAt: Date.parse(since) }];
  }
  const limit = options.delaySeconds * 1000 * (options.isDelayed ? DELAY_ENDS : 1);
  const delayed = health.delayMs !== null && health.delayMs > limit;
  const begunAt = Date.parse(health.at);
  const lost = health.address?.lost;
  return [
    ...(lost
      ? [
          {
            fault: 'network' as const,
            cause: lost.code,
            message: lost.message,
            begunAt: Date.parse(lost.since),
          },
        ]
      : []),
    ...(delayed ? [{ fault: 'delayed' as const, cause: null, message: null, begunAt }] : []),
    ...health.scene.map(({ fault, since }) => ({
      fault,
      cause: null,
      message: null,
      begunAt: Date.parse(since),
    })),
  ];
}

/** An outage that is open on record. */
export interface OpenOutage {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly subject: string;
  readonly fault: OutageFault;
  readonly cause: string | null;
}

/** What has to be written so that the record says what is judged. */
export interface Changes {
  readonly begin: readonly { device: Judged; fault: Fault }[];
  readonly change: readonly { id: string; fault: Fault }[];
  readonly end: readonly { id: string }[];
}

/** Compares devices with the outages on record. A device that was not judged keeps its outages. */
export function compare(judged: readonly Judged[], open: readonly OpenOutage[]): Changes {
  const isOf = (device: Judged) => (one: OpenOutage) =>
    one.kind === device.kind && one.subject === device.subject;
  const begin: { device: Judged; fault: Fault }[] = [];
  const change: { id: string; fault: Fault }[] = [];
  const end: { id: string }[] = [];
  for (const device of judged) {
    const { faults } = device;
    if (!faults) continue;
    const known = open.filter(isOf(device));
    for (const fault of faults) {
      const same = known.find((one) => one.fault === fault.fault);
      if (!same) begin.push({ device, fault });
      else if (same.cause !== fault.cause) change.push({ id: same.id, fault });
    }
    // Without pictures nothing can be said of them: what was wrong with them stays open.
    const isOffline = faults.some(({ fault }) => fault === 'offline');
    for (const one of known) {
      if (faults.some(({ fault }) => fault === one.fault)) continue;
      if (!isOffline || one.fault === 'delayed') end.push({ id: one.id });
    }
  }
  return { begin, change, end };
}
