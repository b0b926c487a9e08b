import { instant, slug } from '@anshi/contracts';
import { z } from 'zod';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import { line, pageOf, pageQuery } from '../../platform/kit/schemas.ts';

export const readerKinds = ['impinj-http', 'impinj-mqtt', 'llrp', 'mqtt', 'omlox', 'gps'] as const;
/** Why something of a reader is not taken. */
export const readerRefusals = ['form', 'sender', 'technique', 'not-omlox', 'other'] as const;
export type ReaderRefusal = (typeof readerRefusals)[number];

const kind = z
  .enum(readerKinds)
  .describe(
    '`llrp`: by a gateway that speaks LLRP with it. `mqtt`: locations of badges that it makes itself. `omlox`: a hub or a locating system. `gps`: a tracker, a phone or their server.',
  );
const fixed = { name: slug.describe('As its credential names it.') };
const fields = {
  kind,
  note: line(200).nullable().describe('Such as where it hangs.'),
};

export const readerInput = inputOf({ ...fixed, ...fields }).meta({ id: 'ReaderRequest' });
export const readerPatch = changeOf(fields).meta({ id: 'ReaderPatch' });
export const readerSchema = recordOf({ ...fixed, ...fields })
  .extend({
    state: z
      .enum(['never', 'reading', 'quiet'])
      .describe('`never`: nothing came of it; `reading`: within the last minute; `quiet`: before.'),
    lastReadAt: instant.nullable(),
    readsPerMinute: z.number().int(),
    refused: z
      .object({
        count: z.number().int(),
        at: instant,
        code: z
          .enum(readerRefusals)
          .describe(
            'Why the last one was refused. `form`: it does not match the schema; `sender`: it names another reader or provider; `technique`: a reader of badges may not tell of another technique; `not-omlox`: the reader is not registered with the kind omlox.',
          ),
        reason: z
          .string()
          .describe('What was wrong in it, for those who mend the reader; English.'),
      })
      .nullable()
      .describe('What was not taken of it; null where nothing was refused.'),
    createdAt: instant,
  })
  .meta({ id: 'Reader', description: 'A source of positions with a credential of its own.' });
export type ReaderView = z.infer<typeof readerSchema>;

export const readerQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('In its name or its note.'),
  kind: kind.optional(),
});
export const readerPage = pageOf(readerSchema).meta({ id: 'ReaderPage' });
