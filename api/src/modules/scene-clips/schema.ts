import { bilingual, clipMissingReason, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { ownClipMissingReasons } from '../violations/operator-schema.ts';

/** Why there is no clip, beside the reasons of workers and of clips that the API asks for. */
const ownReasons = ['camera-off', 'blur-failed', 'purged'] as const;

export const sceneClipRequest = z
  .object({ finding: ulid.describe('The finding whose time is asked for.') })
  .meta({ id: 'SceneClipRequest' });

const sceneClip = z.object({
  id: ulid,
  finding: ulid.describe('The finding whose time it is of.'),
  camera: slug,
  cameraName: bilingual.describe('As it was called then.'),
  state: z
    .enum(['ordered', 'worker-away', 'kept', 'being-made', 'ready', 'missing'])
    .describe(
      '`ordered`: asked of the worker. `worker-away`: it does not answer now. `kept`: it is stored, and its faces are blurred once it is asked for. `being-made`: they are being blurred. `missing`: none will come.',
    ),
  missing: z
    .object({
      reason: z
        .enum([...clipMissingReason.options, ...ownClipMissingReasons, ...ownReasons])
        .describe(
          '`no-segments`: the recording buffer held the time no more. `camera-off`: the camera was switched off. `purged`: removed at the end of its term, or, where no account had asked for it, after its finding was dismissed.',
        ),
      message: z.string().describe('The reason as a sentence; may be empty.'),
    })
    .nullable()
    .describe('Why there is none.'),
  clip: z
    .object({
      url: z.string().describe('Address of the rendition with blurred faces.'),
      from: instant.describe('Start. Stream clock.'),
      to: instant.describe('End.'),
      durationSeconds: z.number().positive(),
      partial: z.boolean().describe('Whether a part of the intended time is missing.'),
    })
    .nullable()
    .describe('Null until it is ready.'),
});
export type SceneClip = z.infer<typeof sceneClip>;

export const sceneClipList = z
  .object({
    incident: ulid.describe('The incident that has the findings now.'),
    items: z.array(sceneClip).describe('Of cameras that the account may see.'),
    canOrder: z
      .boolean()
      .describe('Whether this account may ask for the clips of the other cameras.'),
  })
  .meta({
    id: 'SceneClipList',
    description: 'Clips of other cameras at the place of an incident.',
  });
export type SceneClipList = z.infer<typeof sceneClipList>;
