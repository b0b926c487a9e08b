import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { workerConfiguration } from './configuration.ts';

/** Why a camera gives no picture. The message beside it says what to do. */
export const cameraFaultCode = z.enum([
  'unreachable',
  'unauthorized',
  'not-found',
  'no-video',
  'untrusted-certificate',
  'unsupported-codec',
  'wrong-picture-size',
  'stalled',
  'ended',
  'configuration',
  'failed',
]);
export type CameraFaultCode = z.infer<typeof cameraFaultCode>;

/** Why the grade of a camera is not excellent. */
export const gradeReason = z.enum(['few-frames', 'reconnects', 'stalls', 'low-contrast']);
export type GradeReason = z.infer<typeof gradeReason>;

/** What is wrong with the picture itself while pictures come. */
export const sceneFaultCode = z.enum(['black', 'frozen', 'blurred', 'turned', 'covered']);
export type SceneFaultCode = z.infer<typeof sceneFaultCode>;

/** The state of one camera, retained on the bus and renewed every few seconds. */
export const cameraHealth = z.object({
  camera: slug.describe('Id of the camera in cameras.yaml.'),
  worker: slug.describe('Id of the worker that watches it.'),
  at: instant.describe('When this was so.'),
  state: z
    .enum(['connecting', 'live', 'fault', 'disabled'])
    .describe('Whether pictures come; `disabled` where the configuration switches it off.'),
  quality: z
    .enum(['excellent', 'fair', 'poor', 'offline'])
    .describe(
      'From frame rate, reconnects and stalls of the last hour, and from the contrast of people in the last ten minutes.',
    ),
  reasons: z.array(gradeReason).default([]).describe('Why the grade is not excellent.'),
  fault: z
    .object({
      code: cameraFaultCode.describe('Which of the known faults it is.'),
      message: z.string().describe('What is wrong, and what to do.'),
      since: instant.describe('When it began.'),
    })
    .nullable()
    .describe('Why no pictures come; null where they do.'),
  codec: z.string().nullable().describe('Video codec of the stream, such as `h264`.'),
  width: z.number().int().nullable().describe('Width of the stream in pixels.'),
  height: z.number().int().nullable().describe('Height of the stream in pixels.'),
  keyFrameSeconds: z
    .number()
    .nullable()
    .default(null)
    .describe(
      'Time between key frames as measured from the stream, the longest of the last ones, seconds; null until it is known.',
    ),
  bFrames: z
    .boolean()
    .nullable()
    .default(null)
    .describe('Whether the stream has B-frames, as measured; null until it is known.'),
  sourceFps: z.number().describe('Frames a second that the camera sends, over the last 10 s.'),
  analysedFps: z.number().describe('Frames a second that were analysed, over the last 10 s.'),
  droppedShare: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Share of the frames due for analysis that were replaced by a newer one, over the last 60 s.',
    ),
  loadShedding: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'How much of the optional work its computer leaves out so that frames are analysed in time: 0 nothing, 1 all. Then people are read at full resolution less often.',
    ),
  reconnectsLastHour: z.number().int().describe('How often it was connected again in an hour.'),
  stallsLastHour: z
    .number()
    .int()
    .default(0)
    .describe('How often pictures stopped in an hour while the connection was open.'),
  decodeErrorsLastHour: z
    .number()
    .int()
    .default(0)
    .describe('Damaged pictures and lost packets that the decoder reported in an hour.'),
  delayMs: z
    .number()
    .nullable()
    .default(null)
    .describe('From exposure to the end of the analysis, 95th percentile of the last 10 s, ms.'),
  scene: z
    .array(
      z.object({
        fault: sceneFaultCode.describe('Which of the known faults of a picture it is.'),
        since: instant.describe('When it began.'),
      }),
    )
    .default([])
    .describe('What is wrong with the picture itself while pictures come.'),
  address: z
    .object({
      inUse: z.enum(['first', 'second']).describe('The address that its pictures come from.'),
      lost: z
        .object({
          code: cameraFaultCode.describe('Which of the known faults it is.'),
          message: z.string().describe('What is wrong, and what to do.'),
          since: instant.describe('When it began.'),
        })
        .nullable()
        .describe('Why the first address gives no pictures; null where it does.'),
    })
    .nullable()
    .default(null)
    .describe('Of a camera with a second address in another network; null for one address.'),
  lastFrameAt: instant.nullable().describe('When the last frame came; null before the first.'),
  live: z
    .object({
      available: z.boolean().describe('Whether a browser can watch it now.'),
      reason: z.string().nullable().describe('Why not; null where it can.'),
      substream: z
        .object({
          state: z
            .enum(['idle', 'starting', 'live', 'failed'])
            .describe(
              'Whether its pictures come. It is pulled only while a small tile shows it: `idle` where none does. Until it is `live`, the main stream serves.',
            ),
          reason: z.string().nullable().describe('Why it failed, and what to do; else null.'),
        })
        .nullable()
        .default(null)
        .describe('The smaller stream of small tiles; null where the camera has none.'),
    })
    .describe('The live view of the camera.'),
});
export type CameraHealth = z.infer<typeof cameraHealth>;

/** A worker announces itself, retained; the broker publishes `online: false` when it is gone. */
export const workerStatus = z.object({
  worker: slug.describe('Id of the worker.'),
  online: z.boolean().describe('False where it stopped, or where the broker lost it.'),
  at: instant.describe('When this was so.'),
  http: z
    .string()
    .nullable()
    .describe(
      "Where the API reaches the worker's own HTTP server, such as http://127.0.0.1:41234.",
    ),
  cameras: z.array(slug).describe('Ids of the cameras that it watches.'),
  liveEngine: z.string().nullable().describe('What sends live pictures to browsers.'),
  model: z
    .object({
      name: slug.describe('Name of the model.'),
      version: z.string().describe('Version of its weights.'),
    })
    .nullable()
    .describe('The detector of its first camera.'),
  outbox: z
    .object({
      waiting: z.number().int().describe('Events that the API has not committed yet.'),
      rejected: z.number().int().describe('Events that the API refused for good.'),
    })
    .nullable()
    .describe('What waits on its disk.'),
  recording: z
    .boolean()
    .default(true)
    .describe('False where its disk has no room: it watches and tells violations without video.'),
  disk: z
    .object({
      freeBytes: z.number().int().describe('Free on the disk of its folder, roughly.'),
      totalBytes: z.number().int().describe('Size of that disk.'),
    })
    .nullable()
    .default(null)
    .describe('The disk of its folder; null where it does not say.'),
  warnings: z
    .array(z.string())
    .default([])
    .describe('What works and should not stay as it is, such as a certificate nobody checks.'),
  configuration: workerConfiguration
    .nullable()
    .default(null)
    .describe('Where its cameras are from, and what it refused; null where it does not say.'),
  problem: z
    .string()
    .nullable()
    .describe('What keeps it from its work: disk full, configuration refused …; null for nothing.'),
});
export type WorkerStatus = z.infer<typeof workerStatus>;
