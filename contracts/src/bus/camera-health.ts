import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/** Why a camera gives no picture. The message beside it says what to do. */
export const cameraFaultCode = z.enum([
  'unreachable',
  'unauthorized',
  'not-found',
  'no-video',
  'unsupported-codec',
  'wrong-picture-size',
  'stalled',
  'ended',
  'configuration',
  'failed',
]);
export type CameraFaultCode = z.infer<typeof cameraFaultCode>;

/** The state of one camera, retained on the bus and renewed every few seconds. */
export const cameraHealth = z.object({
  camera: slug,
  worker: slug,
  at: instant,
  state: z.enum(['connecting', 'live', 'fault', 'disabled']),
  /** From frame rate, reconnects and stalls of the last hour. */
  quality: z.enum(['excellent', 'fair', 'poor', 'offline']),
  fault: z.object({ code: cameraFaultCode, message: z.string(), since: instant }).nullable(),
  codec: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  /** Frames a second that the camera sends, and that were analysed, over the last 10 s. */
  sourceFps: z.number(),
  analysedFps: z.number(),
  /** Share of the frames due for analysis that were replaced by a newer one, last 60 s. */
  droppedShare: z.number().min(0).max(1),
  reconnectsLastHour: z.number().int(),
  lastFrameAt: instant.nullable(),
  /** Whether a browser can watch it live, and why not. */
  live: z.object({ available: z.boolean(), reason: z.string().nullable() }),
});
export type CameraHealth = z.infer<typeof cameraHealth>;

/** A worker announces itself, retained; the broker publishes `online: false` when it is gone. */
export const workerStatus = z.object({
  worker: slug,
  online: z.boolean(),
  at: instant,
  /** Where the API reaches the worker's own HTTP server (live view), e.g. http://127.0.0.1:41234 */
  http: z.string().nullable(),
  cameras: z.array(slug),
  liveEngine: z.string().nullable(),
  model: z.object({ name: slug, version: z.string() }).nullable(),
  outbox: z.object({ waiting: z.number().int(), rejected: z.number().int() }).nullable(),
  /** Set where the worker cannot do its work: disk full, configuration refused … */
  problem: z.string().nullable(),
});
export type WorkerStatus = z.infer<typeof workerStatus>;
