import { instant } from '@anshi/contracts';
import { z } from 'zod';

export const liveStill = z
  .object({
    at: instant.nullable().describe('When it was taken; null where there is none.'),
    jpeg: z
      .base64()
      .nullable()
      .describe('A JPEG with blurred faces, base64; null where none could be made in time.'),
  })
  .meta({ id: 'LiveStill', description: 'What stands in a tile until the first frame.' });
export type LiveStill = z.infer<typeof liveStill>;
