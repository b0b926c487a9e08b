import { slug } from '@anshi/contracts';
import { z } from 'zod';

/** A reader that a gateway carries. */
export const readerConfig = z.strictObject({
  /** Its name in the register and in its credential. */
  reader: slug,
  /** The secret of its credential, of the kind reader. */
  secret: z.string().min(16, 'must be the secret of the credential of the reader'),
  url: z
    .string()
    .regex(
      /^llrp:\/\/[^/@\s]+$/,
      'must be an address like llrp://192.0.2.7 or llrp://192.0.2.7:5084',
    ),
  /** Those that read; none means all. */
  antennas: z.array(z.number().int().min(1).max(64)).max(64).default([]),
});
export type ReaderConfig = z.infer<typeof readerConfig>;
