import type { IncidentDetail } from '$lib/api/types.ts';

export type Member = IncidentDetail['members'][number];

/** A finding on the time axis of its incident, as shares of its length. */
export interface Lane {
  member: Member;
  /** Where the violation held. */
  from: number;
  to: number;
  /** Whether it still lasts. */
  lasts: boolean;
  /** Where it was raised. */
  raised: number;
  /** What its clip covers; null without one. */
  clip: { from: number; to: number } | null;
}

/** The time axis of an incident: from the first to the last instant that a finding or a clip has. */
export interface Axis {
  from: number;
  to: number;
  lanes: Lane[];
}

/** Shorter is not shown in scale, ms. */
const SHORTEST = 1_000;

export function axisOf(members: readonly Member[]): Axis {
  const spans = members.map(({ violation: { startedAt, confirmedAt, endedAt, clip } }) => ({
    start: Date.parse(startedAt),
    raised: Date.parse(confirmedAt),
    end: Math.max(Date.parse(confirmedAt), Date.parse(endedAt ?? confirmedAt)),
    clip: clip && { from: Date.parse(clip.from), to: Date.parse(clip.to) },
  }));
  const from = Math.min(...spans.map(({ start, clip }) => Math.min(start, clip?.from ?? start)));
  const last = Math.max(...spans.map(({ end, clip }) => Math.max(end, clip?.to ?? end)));
  const to = Math.max(last, from + SHORTEST);
  const share = (at: number): number => (at - from) / (to - from);
  const lanes = members.flatMap((member, n): Lane[] => {
    const one = spans[n];
    if (!one) return [];
    const lasts = member.violation.endedAt === null;
    return [
      {
        member,
        from: share(one.start),
        to: lasts ? 1 : share(one.end),
        lasts,
        raised: share(one.raised),
        clip: one.clip && { from: share(one.clip.from), to: share(one.clip.to) },
      },
    ];
  });
  return { from, to, lanes };
}
