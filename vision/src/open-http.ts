import { dirname, resolve } from 'node:path';
import type { LiveGrantCheck } from '@anshi/contracts/live-grant';
import type { Logger } from 'pino';
import type { StillBlur } from './blur/still-blur.ts';
import type { CameraSet } from './camera-set.ts';
import { createWorkerMetrics } from './health/metrics.ts';
import { WorkerHttp } from './live/http-server.ts';
import type { LiveEngine, StreamEngine } from './live/live-engine.ts';
import { LiveStills } from './live/live-stills.ts';
import type { MachineStates } from './publish/machine-states.ts';
import type { WorkerCredential } from './publish/worker-credential.ts';
import { ClipRequests } from './record/clip-requests.ts';
import type { ObservationLog } from './record/observation-log.ts';
import type { Ring } from './record/ring.ts';
import type { Room } from './record/room.ts';
import type { Records } from './records.ts';
import { ReplayJobs } from './replay/replay-jobs.ts';
import type { WorkerSettings } from './settings.ts';
import { probeTargets } from './setup/onvif/discover.ts';
import { SetupRequests } from './setup/setup-requests.ts';

/** What the worker's HTTP server shows and hands on. */
export interface HttpParts {
  readonly settings: Pick<
    WorkerSettings,
    | 'ANSHI_WORKER_HTTP_HOST'
    | 'ANSHI_WORKER_HTTP_PORT'
    | 'ANSHI_WORKER_ID'
    | 'ANSHI_BUS_KEY'
    | 'ANSHI_CAMERAS'
    | 'ANSHI_ONVIF_HOSTS'
  >;
  readonly grants: LiveGrantCheck;
  readonly credential: Pick<WorkerCredential, 'refresh'>;
  readonly engine: LiveEngine & StreamEngine;
  readonly log: Logger;
  readonly cameras: CameraSet;
  readonly records: Records;
  readonly rings: ReadonlyMap<string, Ring>;
  readonly observations: ObservationLog;
  readonly machines: Pick<MachineStates, 'refused'>;
  readonly room: Room;
  readonly blur: Pick<StillBlur, 'make'>;
  /** The variables that addresses of cameras may name. */
  readonly variables: Record<string, string | undefined>;
  readonly health: () => unknown;
  readonly problem: () => string | null;
}

/** The HTTP server of a worker, and the replays that it is asked for. */
export interface OpenedHttp {
  readonly port: number;
  close(): Promise<void>;
}

/** Opens the HTTP server of a worker, with its metrics. */
export async function openHttp(parts: HttpParts): Promise<OpenedHttp> {
  const { settings, grants, credential, engine, log, cameras, records, machines, room } = parts;
  const { observations } = parts;
  const has = (camera: string) => cameras.get(camera) !== undefined;
  const stills = new LiveStills(parts.blur);
  const replays = new ReplayJobs({ observations, log, has });
  const server = await WorkerHttp.listen({
    host: settings.ANSHI_WORKER_HTTP_HOST,
    port: settings.ANSHI_WORKER_HTTP_PORT,
    grants,
    refreshKeys: () => credential.refresh(),
    engine,
    log,
    liveOf: (camera, ask) => cameras.get(camera)?.liveSource(ask),
    ingestOf: (camera) => cameras.get(camera)?.ingest,
    diagnose: (camera) => cameras.get(camera)?.diagnose(),
    still: (id) => {
      const camera = cameras.get(id);
      return camera && stills.of(id, camera.last, camera.config.model);
    },
    clips: new ClipRequests({
      queue: records.clips,
      configOf: (camera) => cameras.get(camera)?.config,
      ringOf: (camera) => parts.rings.get(camera),
    }),
    replays,
    setup: new SetupRequests({
      worker: settings.ANSHI_WORKER_ID,
      busKey: settings.ANSHI_BUS_KEY,
      variables: parts.variables,
      blur: parts.blur,
      baseFolder: dirname(resolve(settings.ANSHI_CAMERAS)),
      targets: probeTargets(settings.ANSHI_ONVIF_HOSTS),
    }),
    health: parts.health,
    metrics: createWorkerMetrics(() => ({
      cameras: cameras.all.map((camera) => camera.health()),
      outbox: records.outbox.count,
      clipsWaiting: records.clips.waiting,
      viewers: engine.viewers,
      problem: parts.problem(),
      refusedTimes: machines.refused,
      recording: room.forRing,
      freeBytes: room.figures.freeBytes,
    })),
  });
  return {
    port: server.port,
    async close() {
      await replays.close();
      await server.close();
    },
  };
}
