import { z } from 'zod';
import { instant, slug } from '../primitives.ts';

/** Characters of one state of the judge, compressed and in base64. */
export const JUDGE_STATE_MOST = 400_000;
/** Of all states in one heartbeat together; others go with the next. */
export const JUDGE_STATES_MOST = 2_000_000;

/**
 * The fencing number of a grant: it only grows, so that what an earlier holder of the camera sends is
 * told apart from what the present one sends.
 */
export const grantNumber = z.number().int().positive().max(2_147_483_647);

const judgeState = z
  .base64()
  .max(JUDGE_STATE_MOST)
  .describe("The judge's memory of the camera, JSON that is deflated and in base64.");

/** What a worker says every two seconds, over HTTP and by its own credential. */
export const workerHeartbeat = z.strictObject({
  capacity: z
    .number()
    .positive()
    .max(100_000)
    .describe('Frames a second that it can analyse, as it is configured or as it measures.'),
  most: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .nullable()
    .describe('Cameras that it takes at most; null for no limit.'),
  load: z.number().min(0).max(100_000).describe('Frames a second that its cameras have due now.'),
  cameras: z
    .array(z.strictObject({ camera: slug, number: grantNumber.describe('Of its grant.') }))
    .max(1_000)
    .describe('What it watches. A camera that it has and does not name is given back.'),
  states: z
    .array(z.strictObject({ camera: slug, number: grantNumber, state: judgeState }))
    .max(1_000)
    .default([])
    .describe('States that changed, for the worker that may watch the camera next.'),
  leaving: z
    .boolean()
    .default(false)
    .describe('It stops: what it has goes to others at once, and it gets none.'),
});
export type WorkerHeartbeat = z.infer<typeof workerHeartbeat>;

/** The cameras that a worker shall watch, and no others. */
export const workerGrants = z.object({
  cameras: z.array(
    z.object({
      camera: slug,
      number: grantNumber.describe(
        'Fencing number: events and observations carry it. It only grows.',
      ),
      since: instant.describe('When it was given. Clock of the API.'),
      takenFrom: slug
        .nullable()
        .describe('The worker that had it before; null for none, or for the same one.'),
      state: z
        .object({
          state: judgeState,
          ageMs: z.number().int().min(0).describe('How long ago that worker gave it.'),
        })
        .nullable()
        .describe(
          'The memory that the worker before left, where it left one and this grant is not named yet.',
        ),
    }),
  ),
});
export type WorkerGrants = z.infer<typeof workerGrants>;
export type WorkerGrant = WorkerGrants['cameras'][number];
