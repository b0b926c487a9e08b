import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { sceneFaultCode } from './camera-health.ts';
import { stillMissing } from './still-missing.ts';

/** More than a still of a worker has, base64. */
const STILL_BASE64 = 120_000;

/**
 * The last picture of a camera before it was lost, or one that shows what is wrong with it, with blurred faces. By
 * HTTP, with the credential of the worker.
 */
export const outageStill = z
  .strictObject({
    worker: slug.describe('Id of the worker.'),
    camera: slug.describe('Id of the camera.'),
    fault: z
      .enum(['offline', ...sceneFaultCode.options])
      .describe('`offline`: no picture comes; else what is wrong with the picture.'),
    since: instant.describe('When it began, as the health of the camera says.'),
    still: z
      .strictObject({
        at: instant.describe('When it was exposed.'),
        jpeg: z
          .base64()
          .min(4)
          .max(STILL_BASE64)
          .describe('A small picture with blurred faces, JPEG in base64.'),
      })
      .nullable()
      .describe('Null where there is none.'),
    missing: stillMissing,
  })
  .refine(({ still, missing }) => (still === null) === (missing !== null), {
    message: 'has either a still, or why there is none',
  });
export type OutageStill = z.infer<typeof outageStill>;
