/** What the correlation assumes and demands. The values were chosen on the seeds that decisions 63, 84, 96 and 115 name. */
export interface IdentifySettings {
  /** Shares of the people until they are told. */
  readonly unseenBadge: number;
  readonly noBadge: number;
  /** Weight of "its wearer is in no picture" against each person in sight. */
  readonly outOfSight: number;
  /** A wearer who went out of sight here is somewhere near: that weight for a while, and how long, ms. */
  readonly justHidden: number;
  readonly justHiddenMs: number;
  /** Size of the floor within which a badge may be, square metres. */
  readonly area: number;
  /** Errors of fixes stay alike for this long: the fixes of one such time are one witness, ms. */
  readonly correlationMs: number;
  /** Factor on the accuracy that a reader states, and the least error, metres. */
  readonly accuracyFactor: number;
  readonly leastError: number;
  /** Share of fixes that are wrong by metres. */
  readonly outliers: number;
  /** Speed of people along each axis, metres a second, and the longest time over which it counts, ms. */
  readonly pace: number;
  readonly paceMs: number;
  /** A person has to move by so many standard deviations until the next fixes are a new witness. */
  readonly newPlace: number;
  /** Share of a new witness that standing gives: errors of fixes change in time, too. */
  readonly standing: number;
  /** Older evidence does not count, ms. */
  readonly memoryMs: number;
  /** Evidence for and against a badge is bounded, so that a change is noticed soon; natural logarithms. */
  readonly mostFor: number;
  readonly mostAgainst: number;
  /** A confirmed name needs all of these, and keeps while the posterior is above `keep`. */
  readonly posterior: number;
  readonly keep: number;
  /** Natural logarithm of the posterior over that of the second. */
  readonly lead: number;
  /**
   * What was known of those who went into a doubt is known of each who comes out, as a mean of likelihoods; natural
   * logarithm, at most. From `inherited` on a badge is expected on them: the fixes after the doubt must tell on whom.
   */
  readonly mostInherited: number;
  readonly inherited: number;
  /**
   * Penalty of the hypothesis that a hidden person wears a badge, for each independent time at which the badge follows a person
   * who came into sight later: the hidden one would have to walk beside that person, unseen. Natural logarithm.
   */
  readonly besideUnseen: number;
  /** Probability that none of those who went in comes out here, but a person who was not seen before. */
  readonly stranger: number;
  /** The same where a track vanished, or at the edge of the picture. */
  readonly strangerOpen: number;
  /** A new track may be one that vanished so long ago, ms, and so far from there, metres. */
  readonly comesOutMs: number;
  readonly comesOutMetres: number;
  /** Where all came out again, an expected badge has to fit for so long without a break, ms. */
  readonly fitsAgainMs: number;
  /** Else it needs so many witnesses, and longer, ms. */
  readonly witnessesAgain: number;
  readonly witnessAgainMs: number;
  /** A track has the name of its person this long after it was put to them: a mistake shows by then, ms. */
  readonly settleMs: number;
  /** No new name while a person of whom nothing is known yet is nearer, metres. */
  readonly alone: number;
  /** No name is said while another person is nearer, metres, and so long after it, ms. */
  readonly beside: number;
  readonly besideMs: number;
  /** What a new name needs has to hold for so long, ms. */
  readonly holdMs: number;
  /** Evidence of a second badge that no other person in sight wears: then the person carries two; natural logarithm. */
  readonly rival: number;
  /** And so long after it, ms. */
  readonly rivalMs: number;
  /** A new name needs evidence below this against each other badge that no other person in sight wears; natural logarithm. */
  readonly excluded: number;
  /**
   * And so much more evidence than each other person whom the badge is not excluded for, over the times at which both
   * were seen; natural logarithm. That person may be the wearer who was lost in a doubt, or carry it beside their own badge.
   */
  readonly leadInCommon: number;
  /** Times with independent evidence, and from the first to the last of them, ms. */
  readonly witnesses: number;
  readonly witnessMs: number;
  /** "No badge that may be used" needs this posterior and this time in sight, ms. */
  readonly unbadged: number;
  readonly unbadgedMs: number;
  /** A track that was not seen for longer is a new one, ms. */
  readonly gapMs: number;
  /** Faster is another person, metres a second. */
  readonly fastest: number;
  /** Boxes that overlap by more (intersection over union), and feet that are nearer, may be exchanged. */
  readonly overlap: number;
  readonly touching: number;
}

export const IDENTIFY: IdentifySettings = {
  unseenBadge: 0.3,
  noBadge: 0.1,
  outOfSight: 1,
  justHidden: 6,
  justHiddenMs: 20_000,
  area: 400,
  correlationMs: 4_000,
  accuracyFactor: 1.2,
  leastError: 0.35,
  outliers: 0.07,
  pace: 0.8,
  paceMs: 8_000,
  newPlace: 1.2,
  standing: 0.15,
  memoryMs: 60_000,
  mostFor: 14,
  mostAgainst: 10,
  posterior: 0.995,
  keep: 0.95,
  lead: Math.log(100),
  mostInherited: 8,
  inherited: 2,
  besideUnseen: 3,
  stranger: 0.05,
  strangerOpen: 0.3,
  comesOutMs: 5_000,
  comesOutMetres: 2,
  fitsAgainMs: 4_000,
  witnessesAgain: 1,
  witnessAgainMs: 8_000,
  settleMs: 3_000,
  alone: 1.5,
  beside: 1.2,
  besideMs: 500,
  holdMs: 1_000,
  rival: 4,
  rivalMs: 10_000,
  excluded: -1,
  leadInCommon: 1,
  witnesses: 3,
  witnessMs: 6_000,
  unbadged: 0.95,
  unbadgedMs: 15_000,
  gapMs: 600,
  fastest: 5,
  overlap: 0.35,
  touching: 0.5,
};
