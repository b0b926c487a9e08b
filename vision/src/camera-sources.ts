import type { Logger } from 'pino';
import type { CameraSet } from './camera-set.ts';
import { CamerasPull } from './capture/cameras-pull.ts';
import { Heartbeats } from './capture/heartbeats.ts';
import type { FrameScheduler } from './detect/frame-scheduler.ts';
import { CapacityMeter } from './health/capacity.ts';
import type { WorkerCredential } from './publish/worker-credential.ts';
import type { WorkerSettings } from './settings.ts';

/** Where a worker's cameras are from: how they are configured, and which of them it shall watch. */
export interface CameraSources {
  readonly pull: CamerasPull;
  readonly beats: Heartbeats;
  /** Takes what is on the disk, and asks the API. */
  start(): Promise<void>;
}

export function openSources(options: {
  readonly settings: WorkerSettings;
  readonly credential: WorkerCredential;
  readonly cameras: CameraSet;
  readonly scheduler: Pick<FrameScheduler, 'load'>;
  readonly isKnownModel: (model: string) => boolean;
  readonly log: Logger;
  /** What is wrong with the configuration; null for nothing. */
  readonly problem: (message: string | null) => void;
}): CameraSources {
  const { settings, credential, cameras, scheduler, isKnownModel } = options;
  const log = options.log.child({ part: 'cameras' });
  const meter = new CapacityMeter(settings.ANSHI_INFERENCE_THREADS);
  const common = {
    api: settings.ANSHI_API_URL,
    folder: settings.ANSHI_WORKER_DIR,
    from: settings.ANSHI_CAMERAS_FROM,
    credential,
    log,
  };
  const beats = new Heartbeats({
    ...common,
    figures: () => {
      const all = cameras.all.filter(({ config }) => config.enabled);
      const counts = { offered: 0, analysed: 0, dropped: 0 };
      for (const { config } of all) {
        const load = scheduler.load(config.id);
        counts.offered += load.offered;
        counts.analysed += load.analysed;
        counts.dropped += load.dropped;
      }
      const measured = meter.measure(counts, performance.now());
      return {
        capacity: settings.ANSHI_WORKER_CAPACITY ?? measured,
        most: settings.ANSHI_WORKER_CAMERAS ?? null,
        load: all.reduce((sum, { config }) => sum + config.analysisFps, 0),
      };
    },
    memories: () => cameras.all.map((camera) => camera.memory()),
    changed: () => pull.assigned(),
  });
  const pull = new CamerasPull({
    ...common,
    worker: settings.ANSHI_WORKER_ID,
    file: settings.ANSHI_CAMERAS,
    isKnownModel,
    mine: (camera) => beats.mine(camera),
    changed: (file, configured) => {
      cameras.apply(file, configured);
      return cameras.settled();
    },
    problem: (message) => {
      if (message !== null) log.error(message);
      options.problem(message);
    },
  });
  return {
    pull,
    beats,
    async start() {
      await beats.start();
      await pull.start();
    },
  };
}
