import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { stillMissing } from './still-missing.ts';

/** What a worker found out about one of its cameras when it was asked: signed question, no topic. */
export const cameraDiagnosis = z.object({
  camera: slug.describe('Id of the camera.'),
  worker: slug.describe('Id of the worker that looked.'),
  at: instant.describe('When it was done.'),
  address: z.string().nullable().describe('The address of the camera without user and password.'),
  state: z
    .enum(['connecting', 'live', 'fault', 'disabled'])
    .describe('Whether pictures came when it was asked.'),
  fault: z.string().nullable().describe('Why none came.'),
  log: z.array(z.string()).max(100).describe('The last lines of ffmpeg, without secrets.'),
  roundTrip: z
    .object({
      host: z.string().describe('The host that was connected to.'),
      port: z.number().int().describe('Its port.'),
      ms: z
        .array(z.number().nullable())
        .describe('Milliseconds of each connection; null for one that failed.'),
      error: z.string().nullable().describe('Why one failed.'),
    })
    .nullable()
    .describe('Connections from the worker to the camera; null for a file.'),
  probe: z
    .object({
      ok: z.boolean().describe('Whether a video was found.'),
      seconds: z.number().describe('How long it took.'),
      streams: z
        .array(
          z.object({
            type: z.string().describe('Such as `video` or `audio`.'),
            codec: z.string().nullable().describe('Such as `h264`.'),
            width: z.number().int().nullable().describe('Pixels.'),
            height: z.number().int().nullable().describe('Pixels.'),
            fps: z.string().nullable().describe('As the stream declares it, such as `25/1`.'),
          }),
        )
        .max(16)
        .describe('What the camera sends.'),
      error: z.string().nullable().describe('Why nothing was found.'),
    })
    .describe('What ffprobe says of the stream, over a connection of its own.'),
  still: z
    .object({
      at: instant.describe('When it was seen.'),
      jpeg: z.string().max(200_000).describe('A small picture with blurred faces, JPEG in base64.'),
    })
    .nullable()
    .describe('The last picture that came; null where there is none to show.'),
  missing: stillMissing,
});
export type CameraDiagnosis = z.infer<typeof cameraDiagnosis>;
