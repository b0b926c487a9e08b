import { createHash } from 'node:crypto';
import { instant, slug } from '@anshi/contracts';
import { z } from 'zod';

/** A still as a worker gives it. */
export const liveStill = z.object({
  at: instant.nullable().describe('When it was taken; null where there is none.'),
  jpeg: z
    .base64()
    .nullable()
    .describe('A JPEG with blurred faces, base64; null where none could be made in time.'),
  moved: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      'Whether something moved since the picture that was asked for before, some seconds ago at most; null where that is not known.',
    ),
});
export type LiveStill = z.infer<typeof liveStill>;

/** Cameras of one request. */
export const MOST_STILLS = 64;
const tag = z.string().regex(/^[0-9a-f]{16}$/);

/** A camera whose still is asked for, and the tag of the one that the page has. */
export interface WantedStill {
  camera: string;
  has: string | null;
}

export const stillsQuery = z.object({
  cameras: z
    .string()
    .max(6_000)
    .transform((text) =>
      text.split(',').map((part) => {
        const [camera, has] = part.split(':');
        return { camera: camera ?? '', has: has ?? null };
      }),
    )
    .pipe(
      z
        .array(z.object({ camera: slug, has: tag.nullable() }))
        .min(1)
        .max(MOST_STILLS),
    )
    .describe(
      'Ids of cameras, separated by commas. With `id:tag` the JPEG is left out where it is still that one.',
    ),
});

export const cameraStill = liveStill
  .extend({
    camera: slug,
    tag: tag.nullable().describe('Identifies the JPEG; null where there is none.'),
    unchanged: z.boolean().describe('The JPEG has the given tag and is left out.'),
  })
  .meta({
    id: 'LiveStill',
    description: 'What stands in a tile until the first frame, and while nothing happens.',
  });
export type CameraStill = z.infer<typeof cameraStill>;

export const cameraStills = z
  .object({
    items: z
      .array(cameraStill)
      .describe('Cameras that the account may watch; the others are left out.'),
  })
  .meta({ id: 'LiveStills' });

/** The answer about a camera, without the JPEG where the page has it. */
export function stillFor({ camera, has }: WantedStill, still: LiveStill): CameraStill {
  const { jpeg } = still;
  const own = jpeg === null ? null : createHash('sha256').update(jpeg).digest('hex').slice(0, 16);
  const unchanged = own !== null && own === has;
  return { ...still, camera, tag: own, unchanged, jpeg: unchanged ? null : jpeg };
}
