import { instant } from '@anshi/contracts';
import { z } from 'zod';

export const liveStill = z
  .object({
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
  })
  .meta({
    id: 'LiveStill',
    description: 'What stands in a tile until the first frame, and while nothing happens.',
  });
export type LiveStill = z.infer<typeof liveStill>;
