import type { CameraHealth, WorkerStatus } from '@anshi/contracts';

/** What `worker-1` says of the camera `hall-west`: pictures come and nothing is wrong. */
export function cameraHealth(changes: Partial<CameraHealth> = {}): CameraHealth {
  const at = changes.at ?? new Date().toISOString();
  return {
    camera: 'hall-west',
    worker: 'worker-1',
    at,
    state: 'live',
    quality: 'excellent',
    reasons: [],
    fault: null,
    codec: 'h264',
    width: 1280,
    height: 720,
    keyFrameSeconds: 1,
    bFrames: false,
    sourceFps: 15,
    analysedFps: 5,
    droppedShare: 0,
    loadShedding: 0,
    reconnectsLastHour: 0,
    stallsLastHour: 0,
    decodeErrorsLastHour: 0,
    delayMs: 180,
    scene: [],
    address: null,
    lastFrameAt: at,
    live: { available: true, reason: null, substream: null },
    ...changes,
  };
}

/** What `worker-1` says of itself: it is online, watches `hall-west` and has no HTTP server. */
export const workerStatus = (changes: Partial<WorkerStatus> = {}): WorkerStatus => ({
  worker: 'worker-1',
  online: true,
  at: new Date().toISOString(),
  http: null,
  cameras: ['hall-west'],
  liveEngine: null,
  model: null,
  outbox: null,
  recording: true,
  disk: null,
  warnings: [],
  configuration: null,
  problem: null,
  ...changes,
});
