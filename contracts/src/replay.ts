import { z } from 'zod';
import { cameraConfig } from './cameras/schema.ts';
import { violationRule, violationSubject } from './events/violation.ts';
import { instant, slug } from './primitives.ts';

/*
 * A replay that the API asks of a worker over HTTP: recorded observations of a camera, judged again. The
 * worker has the observations, the API says whose records they are compared with.
 */

/** The most that is asked for at once, ms. */
export const LONGEST_REPLAY_MS = 24 * 3_600_000;
/** So many of each are in a result; the whole number is beside it. */
export const MOST_REPLAYED = { records: 300, nearMisses: 200, watched: 100 } as const;

export const replayRequest = z.strictObject({
  /** A draft; null: as it was configured then. Without the address, which a replay does not need. */
  config: cameraConfig.omit({ url: true, secondUrl: true, substream: true, tls: true }).nullable(),
  from: instant,
  to: instant,
});
export type ReplayRequest = z.infer<typeof replayRequest>;

/** What a rule would have recorded. */
export const replayedRecord = z.object({
  id: z.string().describe('The id that the record would have had.'),
  ruleId: slug.describe('Id of the rule in the configuration.'),
  rule: violationRule.describe('The kind of rule.'),
  item: slug.nullable().describe('The missing item; of `missing-ppe` alone.'),
  zone: slug.nullable().describe('Id of the zone.'),
  line: slug.nullable().describe('Id of the line.'),
  subject: violationSubject.describe('What it would have been about.'),
  track: z.string().nullable().describe('Last track of the person; null for a zone or machine.'),
  startedAt: instant.describe('Start of the evidence.'),
  confirmedAt: instant.describe('When it would have been recorded.'),
  endedAt: instant.nullable().describe('When it ended; null where it lasted to the end.'),
});
export type ReplayedRecord = z.infer<typeof replayedRecord>;

/** Something that a rule saw and did not record. */
export const replayedNearMiss = z.object({
  ruleId: slug.describe('Id of the rule in the configuration.'),
  rule: violationRule.describe('The kind of rule.'),
  item: slug.nullable().describe('The missing item; of `missing-ppe` alone.'),
  subject: violationSubject.describe('What it was about.'),
  track: z.string().nullable().describe('Last track of the person; null for a zone or machine.'),
  from: instant.describe('When it was seen first.'),
  at: instant.describe('When it was nearest to a record.'),
  countedSeconds: z.number().describe('Time in which it could be told.'),
  heldSeconds: z.number().describe('Time in which it held.'),
  neededSeconds: z.number().describe('Time that it needed.'),
  failed: z
    .enum(['too-short', 'share', 'doubt', 'returned', 'no-climb'])
    .describe(
      'What failed. `too-short`: it held for too short a time; `share`: for too small a share of it; `doubt`: seldom in the time before; `returned`: back over the line; `no-climb`: over the line without a raised leg.',
    ),
  reached: z.number().min(0).max(1).describe('How near it was: 1 would be a record.'),
});
export type ReplayedNearMiss = z.infer<typeof replayedNearMiss>;

export const replayResult = z.object({
  observations: z.number().int().describe('How many analysed frames were judged.'),
  torn: z.number().int().describe('Lines that a kill of the worker had torn, which are left out.'),
  watched: z
    .array(z.object({ from: instant, to: instant }))
    .describe('When observations are there; at other times nothing can be said.'),
  records: z.array(replayedRecord).describe('What would have been recorded, oldest first.'),
  recordsInAll: z.number().int().describe('Also those that are too many to list.'),
  nearMisses: z.array(replayedNearMiss).describe('What was almost recorded, oldest first.'),
  nearMissesInAll: z.number().int().describe('Also those that are too many to list.'),
  hidden: z
    .array(
      z.object({
        mask: slug.describe('Id of the mask.'),
        people: z.number().int().describe('How many people, by their tracks.'),
        sightings: z.number().int().describe('In how many sightings.'),
      }),
    )
    .describe('What each mask left out: how many people, in how many sightings.'),
});
export type ReplayResult = z.infer<typeof replayResult>;

/** How far a replay is. */
export const replayState = z.object({
  state: z.enum(['running', 'done', 'failed']).describe('`failed`: the reason is beside it.'),
  progress: z.number().min(0).max(1).describe('Share of the time that is judged.'),
  result: replayResult.nullable().describe('Null until it is done.'),
  problem: z.string().nullable().describe('Why it failed; null otherwise.'),
});
export type ReplayState = z.infer<typeof replayState>;
