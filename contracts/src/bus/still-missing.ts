import { z } from 'zod';

/** Why a worker gives no still of a camera: it never gives one with faces. */
export const stillMissing = z
  .enum(['no-picture', 'not-blurred'])
  .nullable()
  .describe(
    '`no-picture`: none came; `not-blurred`: faces in it could not be blurred in time, so that it is not shown; null where there is one.',
  );
export type StillMissing = z.infer<typeof stillMissing>;
