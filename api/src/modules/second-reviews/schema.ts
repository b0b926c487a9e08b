import { bilingual, instant, severity, slug, ulid, violationRule } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery, prose } from '../../platform/kit/schemas.ts';
import { dismissReason, violationSchema } from '../violations/schema.ts';

/** Upper limit of counts. */
export const MOST_COUNTED = 100;

/** What a verdict made of the incident. */
const status = z.enum(['confirmed', 'dismissed']).describe('What the verdict makes of it.');

const lease = z.object({
  mine: z.boolean().describe('Whether it is of this account.'),
  until: instant.describe('It ends then by itself.'),
});

const blind = z
  .boolean()
  .describe(
    'False where this person was shown the first verdict already: the answer is then left out of the agreement.',
  );

/**
 * What a second reviewer sees before the second verdict. Leaves out status, reason, note, reviewer and time of the first
 * verdict, and the id and version of the incident.
 */
export const secondReview = z
  .object({
    id: ulid.describe('Says nothing of the time of the first verdict.'),
    site: slug.describe('Id of the site.'),
    rule: violationRule,
    severity: severity.describe('The highest of its findings.'),
    camera: slug,
    cameraName: bilingual,
    startedAt: instant.describe('Start of the incident.'),
    findingsCount: z.number().int().describe('How many findings are to be judged.'),
    lease: lease.nullable(),
    blind,
  })
  .meta({ id: 'SecondReview', description: 'An incident that waits for a second verdict.' });
export type SecondReview = z.infer<typeof secondReview>;

/** The evidence of a violation, without its review and its identity. */
export const findingEvidence = violationSchema
  .pick({
    id: true,
    rule: true,
    ruleId: true,
    severity: true,
    camera: true,
    cameraName: true,
    site: true,
    zone: true,
    zoneName: true,
    line: true,
    lineName: true,
    direction: true,
    startedAt: true,
    confirmedAt: true,
    endedAt: true,
    confidence: true,
    item: true,
    subject: true,
    box: true,
    snapshot: true,
    snapshotMissing: true,
    clip: true,
    clipMissing: true,
  })
  .meta({ id: 'FindingEvidence' });

export const secondReviewDetail = secondReview
  .extend({ findings: z.array(findingEvidence) })
  .meta({ id: 'SecondReviewDetail' });
export type SecondReviewDetail = z.infer<typeof secondReviewDetail>;

export const secondReviewQuery = z.strictObject(pageQuery());
export const secondReviewPage = pageOf(secondReview).meta({ id: 'SecondReviewPage' });

export const secondReviewCounts = z
  .object({
    open: z
      .number()
      .int()
      .describe(
        `What waits for this account, of the oldest that wait at all; at most ${MOST_COUNTED}.`,
      ),
    disagreements: z
      .number()
      .int()
      .describe(`What this account may settle, of the newest; at most ${MOST_COUNTED}.`),
  })
  .meta({ id: 'SecondReviewCounts' });

export const leaseAnswer = z
  .object({ until: instant.describe('It ends then by itself.') })
  .meta({ id: 'SecondReviewLease' });

const note = prose(2000).optional();
export const secondVerdict = z
  .discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('confirm'), note }),
    z.strictObject({ decision: z.literal('dismiss'), reason: dismissReason, note }),
  ])
  .meta({ id: 'SecondVerdict' });
export type SecondVerdict = z.infer<typeof secondVerdict>;
export const secondVerdictAnswer = z
  .object({ id: ulid, status, blind })
  .meta({ id: 'SecondVerdictAnswer', description: 'The own verdict; still nothing of the first.' });

const person = z
  .object({ id: z.string(), name: bilingual.nullable() })
  .describe('A user; the name is null where the account is gone.');
const verdict = z.object({
  status,
  reason: dismissReason.nullable(),
  note: z.string().nullable(),
  by: person,
  at: instant,
});
export const disagreement = z
  .object({
    id: ulid,
    incident: ulid,
    site: slug,
    rule: violationRule,
    cameraName: bilingual,
    startedAt: instant.describe('Start of the incident.'),
    own: z
      .boolean()
      .describe('The second verdict is of this person, who may not keep the first one.'),
    first: verdict.describe('The verdict that counts.'),
    second: verdict.describe('Of the second reviewer.'),
    blind: z
      .boolean()
      .describe('False where the second reviewer was shown the first verdict before.'),
    settled: z
      .object({
        how: z.enum(['kept', 'reopened']).describe('The first verdict was kept, or undone.'),
        note: z.string().nullable(),
        by: person.nullable().describe('Null for the program itself.'),
        at: instant,
      })
      .nullable(),
  })
  .meta({ id: 'ReviewDisagreement', description: 'Two verdicts on an incident that differ.' });
export type Disagreement = z.infer<typeof disagreement>;
export const disagreementQuery = z.strictObject({
  ...pageQuery(),
  state: z.enum(['open', 'settled']).default('open').describe('Whether it is settled.'),
});
export type DisagreementQuery = z.infer<typeof disagreementQuery>;
export const disagreementPage = pageOf(disagreement).meta({ id: 'ReviewDisagreementPage' });
export const settlementRequest = z
  .strictObject({ note: prose(2000).min(1).describe('Why the first verdict is right.') })
  .meta({ id: 'ReviewSettlement' });

const figures = z.object({
  pairs: z.number().int().describe('Incidents with two verdicts.'),
  raw: z.number().nullable().describe('The share of pairs with the same verdict.'),
  kappa: z
    .number()
    .nullable()
    .describe('Cohen’s kappa; null where both gave the same verdict every time.'),
  interval: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .describe('The 95 % interval of kappa; null where its standard error is 0.'),
});
const state = z
  .enum(['shown', 'too-few-pairs', 'too-few-reviewers'])
  .describe(
    'Why there are no figures: too few pairs, or so few reviewers (of own figures, others) that they could be told apart.',
  );
export const agreementGroup = z
  .object({
    key: z.string().describe('Id of the rule or site; empty for all.'),
    state,
    figures: figures.nullable(),
    medianSeconds: z.number().nullable().describe('Median time of a second verdict, s.'),
  })
  .meta({ id: 'AgreementGroup' });
export type AgreementGroup = z.infer<typeof agreementGroup>;
export const agreementQuery = z.strictObject({
  days: z
    .enum(['30', '90', '365'])
    .default('90')
    .describe('Back from the last midnight of the plant, by the second verdict.'),
});
export const agreementAnswer = z
  .object({
    days: z.number().int(),
    fewestPairs: z.number().int().describe('Of fewer pairs no figures are shown.'),
    fewestReviewers: z.number().int().describe('Of fewer reviewers no figures are shown.'),
    all: agreementGroup,
    until: instant.describe(
      'The last midnight of the plant: later second verdicts are not counted.',
    ),
    isDivided: z
      .boolean()
      .describe('Whether each rule and each site has enough reviewers; else neither is shown.'),
    rules: z.array(agreementGroup).describe('By rule; empty where not divided.'),
    sites: z.array(agreementGroup).describe('By site; empty where not divided.'),
    own: agreementGroup.describe('Of the account itself, as first or second reviewer.'),
    notBlind: z
      .number()
      .int()
      .describe(
        'Pairs that are left out: their second reviewer was shown the first verdict before.',
      ),
    given: z
      .number()
      .int()
      .describe('Second verdicts of the account in this time, with those that were not blind.'),
  })
  .meta({ id: 'ReviewAgreement' });
export type AgreementAnswer = z.infer<typeof agreementAnswer>;

export const secondReviewSetting = z
  .object({
    share: z.number().int(),
    version: z.number().int().describe('0 where the usual share was never changed.'),
  })
  .meta({ id: 'SecondReviewSetting' });
export type SecondReviewSetting = z.infer<typeof secondReviewSetting>;
export const secondReviewSettingRequest = z
  .strictObject({
    share: z.number().int().min(0).max(50),
    version: z.number().int().min(0).describe('The version that the change is based on.'),
  })
  .meta({ id: 'SecondReviewSettingRequest' });
