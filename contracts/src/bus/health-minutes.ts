import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { cameraFaultCode, gradeReason, sceneFaultCode } from './camera-health.ts';

const count = z.number().int().min(0).max(1_000_000);

/** What one camera did in one minute. */
export const cameraMinute = z.strictObject({
  camera: slug.describe('Id of the camera.'),
  watched: z.number().min(0).max(1).describe('Share of the minute in which pictures came.'),
  fault: cameraFaultCode.nullable().describe('Why none came, at last; null where all came.'),
  due: count.describe('Pictures that were due for analysis.'),
  dropped: count.describe('Those of them that were not analysed.'),
  stalls: count.describe('How often pictures stopped while the connection was open.'),
  reconnects: count.describe('How often it had to be connected again.'),
  decodeErrors: count.describe('Damaged pictures and lost packets that the decoder reported.'),
  delayMs: z
    .number()
    .min(0)
    .max(86_400_000)
    .nullable()
    .describe('From exposure to the end of the analysis, 95th percentile; null where none was.'),
  grade: z.enum(['excellent', 'fair', 'poor', 'offline']).describe('The worst of the minute.'),
  reasons: z.array(gradeReason).max(8).describe('Why the grade is not excellent.'),
  scene: z.array(sceneFaultCode).max(8).describe('Faults of the picture itself.'),
});
export type CameraMinute = z.infer<typeof cameraMinute>;

/** One minute of a worker and its cameras. */
export const healthMinute = z.strictObject({
  at: instant.describe('Its beginning: a whole minute, UTC.'),
  worker: z
    .strictObject({
      lagMs: z
        .number()
        .min(0)
        .max(3_600_000)
        .describe('Longest time that its event loop did not answer.'),
      waiting: count.describe('Events that the API had not committed at its end.'),
      recording: z.boolean().describe('Whether video was kept.'),
      problem: z.string().max(500).nullable().describe('What kept it from its work.'),
    })
    .describe('The worker itself.'),
  cameras: z.array(cameraMinute).max(200).describe('Those that it watches and that are enabled.'),
});
export type HealthMinute = z.infer<typeof healthMinute>;

/** Minutes of a worker, sent again until the API has taken them. */
export const healthMinutes = z.strictObject({
  worker: slug.describe('Id of the worker.'),
  minutes: z.array(healthMinute).min(1).max(60).describe('Oldest first.'),
});
export type HealthMinutes = z.infer<typeof healthMinutes>;
