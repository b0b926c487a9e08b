import type { CameraHealth, WorkerStatus } from '@anshi/contracts';
import { droppedLogLines } from '@anshi/contracts/log';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The worker's state at scrape time. */
export interface WorkerFigures {
  readonly cameras: readonly CameraHealth[];
  readonly outbox: WorkerStatus['outbox'];
  readonly clipsWaiting: number;
  readonly viewers: number;
  readonly problem: string | null;
  /** States of machines that were refused for their time, by the reason. */
  readonly refusedTimes: Readonly<Record<string, number>>;
  /** Whether video is kept. */
  readonly recording: boolean;
  /** On the disk of the worker's folder. */
  readonly freeBytes: number;
}

/**
 * The worker's own metrics, for Prometheus at /metrics. All are computed at scrape time: no cost
 * per frame.
 */
export function createWorkerMetrics(read: () => WorkerFigures): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const ofCameras = (name: string, help: string, value: (camera: CameraHealth) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['camera'] as const,
      registers,
      collect() {
        // Removed cameras are not exported any more.
        this.reset();
        for (const camera of read().cameras) {
          const now = value(camera);
          if (now !== null) this.set({ camera: camera.camera }, now);
        }
      },
    });
  const ofWorker = (name: string, help: string, value: (figures: WorkerFigures) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(read()));
      },
    });

  ofCameras('anshi_camera_enabled', '1 where the configuration has it switched on.', (camera) =>
    camera.state === 'disabled' ? 0 : 1,
  );
  ofCameras('anshi_camera_live', '1 while pictures come.', (camera) =>
    camera.state === 'live' ? 1 : 0,
  );
  ofCameras(
    'anshi_camera_source_fps',
    'Frames a second that the camera sends, over the last 10 s.',
    (camera) => camera.sourceFps,
  );
  ofCameras(
    'anshi_camera_analysed_fps',
    'Frames a second that were analysed, over the last 10 s.',
    (camera) => camera.analysedFps,
  );
  ofCameras(
    'anshi_camera_dropped_ratio',
    'Share of the frames due for analysis that were replaced by a newer one, over the last 60 s.',
    (camera) => camera.droppedShare,
  );
  ofCameras(
    'anshi_camera_load_shedding',
    'How much of the optional work is left out under the load: 0 nothing, 1 all.',
    (camera) => camera.loadShedding,
  );
  ofCameras(
    'anshi_camera_reconnects_last_hour',
    'How often the camera was connected again within an hour.',
    (camera) => camera.reconnectsLastHour,
  );
  ofCameras(
    'anshi_camera_last_frame_timestamp_seconds',
    'When the last frame came, seconds since the epoch.',
    ({ lastFrameAt }) => (lastFrameAt === null ? null : Date.parse(lastFrameAt) / 1000),
  );
  ofWorker(
    'anshi_worker_outbox_waiting',
    'Events that the API has not committed yet.',
    ({ outbox }) => outbox?.waiting ?? 0,
  );
  ofWorker(
    'anshi_worker_outbox_rejected',
    'Events that the API rejected permanently; they need manual inspection.',
    ({ outbox }) => outbox?.rejected ?? 0,
  );
  ofWorker(
    'anshi_worker_clips_waiting',
    'Clips that are still to be cut.',
    ({ clipsWaiting }) => clipsWaiting,
  );
  ofWorker('anshi_worker_live_viewers', 'Browsers that watch live.', ({ viewers }) => viewers);
  ofWorker(
    'anshi_worker_problem',
    '1 while something keeps the worker from its work; GET /health says what.',
    ({ problem }) => (problem === null ? 0 : 1),
  );
  new Counter({
    name: 'anshi_worker_outside_time_refused_total',
    help: 'States of machines that were refused because their time cannot be, by the reason.',
    labelNames: ['kind', 'why'] as const,
    registers,
    collect() {
      this.reset();
      for (const [why, count] of Object.entries(read().refusedTimes)) {
        this.inc({ kind: 'machine-state', why }, count);
      }
    },
  });
  ofWorker(
    'anshi_worker_recording',
    '1 while video is kept; 0 where the disk has no room: people are watched without evidence.',
    ({ recording }) => (recording ? 1 : 0),
  );
  ofWorker(
    'anshi_worker_disk_free_bytes',
    "Free on the disk of the worker's folder.",
    ({ freeBytes }) => freeBytes,
  );
  ofWorker(
    'anshi_worker_log_lines_dropped',
    'Lines of the log that found no room, since the start.',
    () => droppedLogLines(),
  );
  return registry;
}
