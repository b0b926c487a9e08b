import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Match } from './decide.ts';
import { isFinal, type Matcher } from './decisions.ts';
import { postJob, readPlaces, readPosts } from './jobs.ts';
import { type Hint, publicDecision, type Reason } from './reasons.ts';
import type { PersonPlaces } from './schema.ts';
import { type ReasonViews, readReasonViews, type Sees, type ShownPerson, seesOf } from './show.ts';

export interface Decided {
  decision: Match['decision'];
  final: boolean;
  reasons: readonly Reason[];
  hints: readonly Hint[];
  validUntil: Date | null;
}

export const ofMatch = (match: Match): Decided => ({
  decision: match.decision,
  final: isFinal(match),
  reasons: match.reasons,
  hints: match.hints,
  validUntil: match.validUntil === null ? null : new Date(match.validUntil),
});

/** The decision that a reader gets. */
export const decisionFor = (
  row: Decided,
  sees: Sees,
): { decision: Match['decision']; final: boolean } =>
  sees.detail ? { decision: row.decision, final: row.final } : publicDecision(row);

/** A decision as a reader gets it: without detail what machines say, without a word of health or age. */
export const shownAs = (row: Decided, views: ReasonViews, sees: Sees) => ({
  ...decisionFor(row, sees),
  reasons: views.show(row.reasons, sees),
  hints: sees.detail ? views.hints(row.hints) : [],
  // It may be a birthday, or the end of a medical check.
  validUntil: sees.detail ? (row.validUntil?.toISOString() ?? null) : null,
});

export const shown = (account: Account, person: ShownPerson, row: Decided, views: ReasonViews) =>
  shownAs(row, views, seesOf(account, person));

/** What the matcher says of a person at all posts, machines and areas. */
export async function placesOf(
  tx: Transaction,
  matcher: Pick<Matcher, 'forJobs'>,
  { person, at, sees }: { person: string; at: Date; sees: Sees },
): Promise<PersonPlaces['items']> {
  const posts = await readPosts(tx);
  const places = [
    ...posts.map((post) => ({
      target: 'post' as const,
      id: post.id,
      name: { zh: post.name, en: post.name },
      job: postJob(post),
    })),
    ...(await readPlaces(tx)),
  ];
  const jobs = places.map(({ job }) => job);
  const matches = await matcher.forJobs(tx, person, jobs, at);
  const views = await readReasonViews(tx);
  return places.map(({ target, id, name }, i) => ({
    target,
    id,
    name,
    ...shownAs(ofMatch(matches[i] as Match), views, sees),
  }));
}
