import { bilingual, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { publicCodes } from '../gates/words.ts';

/** No picture is taken for a record that the API itself made. */
export const NOT_TAKEN = 'not-taken';
/**
 * Why a record that the API itself made has no clip, beside the reasons of its worker. `not-taken`: one of before clips
 * were asked for; `no-camera`: no camera sees the place; `worker-away`: the worker did not answer, or did not
 * deliver, for as long as it may hold the video; `refused`: the worker gives none, the message says why.
 */
export const ownClipMissingReasons = [NOT_TAKEN, 'no-camera', 'worker-away', 'refused'] as const;
export type OwnClipMissingReason = (typeof ownClipMissingReasons)[number];

/** What an unqualified operator was found by. */
export const operatorSchema = z
  .object({
    machine: slug.describe('The machine that ran.'),
    machineName: bilingual.describe('As it was called then.'),
    reason: z
      .enum(['right-ended', 'no-sign-on', 'not-matched'])
      .describe(
        '`right-ended`: who signed on has the right no more. `no-sign-on`: nobody signed on at its point. `not-matched`: the one badge there is of a person who may not operate it.',
      ),
    codes: z
      .array(z.enum(publicCodes))
      .describe(
        'Why the person may not, in the words of machines; empty where no person is known.',
      ),
    match: ulid
      .nullable()
      .describe('The decision of the matcher, whose reasons those read who may; null for none.'),
    cameras: z
      .array(slug)
      .describe('The cameras that see the place of the machine; empty: none does.'),
  })
  .meta({ id: 'UnqualifiedOperator' });
export type UnqualifiedOperator = z.infer<typeof operatorSchema>;
