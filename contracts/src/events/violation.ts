import { z } from 'zod';
import { machineSeen } from '../bus/machine-state.ts';
import { crossingDirection, severity } from '../cameras/schema.ts';
import { box, instant, point, score, sha256, slug, ulid } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';

/** The kind of violation, for records and reviewers. */
export const violationRule = z.enum([
  'missing-helmet',
  'missing-vest',
  'zone-intrusion',
  'line-crossing',
  'person-down',
  'hand-in-danger',
  'running',
  'climbing',
  'phone-use',
]);
export type ViolationRule = z.infer<typeof violationRule>;

/** An evidence file, uploaded to the API before the event that refers to it. */
export const evidenceFile = z.object({
  sha256: sha256.describe('Digest of its bytes, by which it is stored.'),
  mediaType: z.enum(['image/jpeg', 'video/mp4', 'application/json']).describe('What the file is.'),
  bytes: z.number().int().positive().describe('Its size.'),
});
export type EvidenceFile = z.infer<typeof evidenceFile>;

/** A detection, in picture pixels. */
export const detectedBox = z.object({
  label: z.string().describe('What it is: person, helmet, head, vest …'),
  box: box.describe('Pixels: left, top, right, bottom.'),
  score: score.describe("The model's score."),
});
export type DetectedBox = z.infer<typeof detectedBox>;

/** Why a violation has no picture. */
export const snapshotMissingReason = z.enum(['disk-full', 'lost', 'refused']);

const snapshot = evidenceFile.extend({
  takenAt: instant.describe('Stream clock of the frame that confirmed it.'),
  width: z.number().int().positive().describe('Width in pixels.'),
  height: z.number().int().positive().describe('Height in pixels.'),
  boxes: z.array(detectedBox).describe('What the model drew in it.'),
});

export const violationConfirmed = cloudEvent(
  'cn.anshi.violation.confirmed.v1',
  z.object({
    violation: ulid.describe('Id of the violation, a ULID; the record keeps it.'),
    rule: violationRule.describe('Kind of violation.'),
    ruleId: slug.describe("Id of the rule in the camera's configuration."),
    severity: severity.describe('Severity by the rule.'),
    camera: slug.describe('Id of the camera.'),
    site: slug.describe('Id of the site that the camera is on.'),
    zone: slug.nullable().describe('Id of the rule’s zone; null for none.'),
    line: slug.nullable().describe('Id of the line that was crossed; null for none.'),
    direction: crossingDirection.nullable().describe('In which direction it was crossed.'),
    startedAt: instant.describe('Start of the evidence. Stream clock.'),
    confirmedAt: instant.describe('End of the confirm time. Stream clock.'),
    confidence: score.describe(
      'Share of the observed time in which the evidence held; for a crossing, the detection score.',
    ),
    track: z.string().describe('Id of the person’s track in this camera.'),
    box: box.describe('Where the person is in the snapshot, in picture pixels.'),
    floor: point
      .nullable()
      .describe('Foot point on the floor plan in metres; null where the camera is not calibrated.'),
    machine: machineSeen
      .nullable()
      .default(null)
      .describe('State of the rule’s machine; null for a rule without one.'),
    model: z
      .object({
        name: slug.describe('Name of the model.'),
        version: z.string().describe('Version of its weights.'),
      })
      .describe('The detector.'),
    snapshot: snapshot
      .nullable()
      .describe('The picture of that frame, uploaded to the API before this event; null for none.'),
    snapshotMissing: z
      .object({
        reason: snapshotMissingReason.describe(
          'Why there is none: no room, gone from the disk of the worker, or never taken by the API.',
        ),
        message: z.string().describe('The same for people.'),
      })
      .nullable()
      .default(null)
      .describe('Why there is no picture; null where there is one.'),
  }),
);
export type ViolationConfirmed = z.infer<typeof violationConfirmed>;

/** The evidence is gone for the rule's clear time, or the person left the picture. */
export const violationEnded = cloudEvent(
  'cn.anshi.violation.ended.v1',
  z.object({
    violation: ulid.describe('Id of the violation.'),
    endedAt: instant.describe('When it ended. Stream clock.'),
  }),
);
export type ViolationEnded = z.infer<typeof violationEnded>;

/** Why a violation has no clip. */
export const clipMissingReason = z.enum([
  'no-segments',
  'cut-failed',
  'camera-lost',
  'disk-full',
  'worker-restarted',
]);
export type ClipMissingReason = z.infer<typeof clipMissingReason>;

export const violationClip = z.object({
  video: evidenceFile.describe('The video.'),
  boxes: evidenceFile.nullable().describe('JSON of the observations; null for none.'),
  from: instant.describe('Start. Stream clock.'),
  to: instant.describe('End.'),
  durationSeconds: z.number().positive().describe('Duration.'),
  partial: z
    .boolean()
    .describe('True where a part of the intended 5 s before and 10 s after is missing.'),
});
export type ViolationClip = z.infer<typeof violationClip>;

/**
 * Follows a confirmed violation when its clip is complete, or when it is certain that there is
 * none.
 */
export const violationClipReady = cloudEvent(
  'cn.anshi.violation.clip-ready.v1',
  z.union([
    z.object({
      violation: ulid.describe('Id of the violation.'),
      clip: violationClip.describe('The clip.'),
      missing: z.null().describe('Nothing is missing.'),
    }),
    z.object({
      violation: ulid.describe('Id of the violation.'),
      clip: z.null().describe('There is none.'),
      missing: z
        .object({
          reason: clipMissingReason.describe('Why there is no clip.'),
          message: z.string().describe('The reason as a sentence.'),
        })
        .describe('Why there is none, and none will come.'),
    }),
  ]),
);
export type ViolationClipReady = z.infer<typeof violationClipReady>;

export const violationEvent = z.discriminatedUnion('type', [
  violationConfirmed,
  violationEnded,
  violationClipReady,
]);
export type ViolationEvent = z.infer<typeof violationEvent>;

/** The side file of a clip: the observations, in seconds from the start of the clip. */
export const clipBoxes = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** The track of the violation. */
  track: z.string(),
  frames: z.array(
    z.object({
      t: z.number(),
      boxes: z.array(detectedBox.extend({ track: z.string().nullable() })),
    }),
  ),
});
export type ClipBoxes = z.infer<typeof clipBoxes>;
