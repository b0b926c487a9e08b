/** Why a person has the state, by code and figures; `sentences.ts` makes sentences of it. */
export type Reason =
  /** The badge fits, over so many independent times and metres of way. */
  | { readonly code: 'fits'; readonly witnesses: number; readonly metres: number }
  /** Too few independent times so far; people who stand still give none. */
  | { readonly code: 'too-few'; readonly witnesses: number; readonly needed: number }
  /** Other people in sight fit the badge as well, the nearest so far away. */
  | { readonly code: 'others-fit'; readonly people: number }
  /** More badges than one fit the person. */
  | { readonly code: 'badges-fit'; readonly badges: number }
  /** It may be a person whose badge is not seen, or who has none: the probability of that. */
  | { readonly code: 'may-be-none'; readonly probability: number }
  /** Two people are so near to each other that the camera may take one for the other. */
  | { readonly code: 'possible-swap' }
  /** The badge fits another person elsewhere, too. */
  | { readonly code: 'two-places' }
  /** Another badge fitted this person before: it may have been handed over. */
  | { readonly code: 'hand-over' }
  /** The person has just come into sight of the cameras, or out of a doubt. */
  | { readonly code: 'too-new' }
  /** What is said began after it was surely the same person. */
  | { readonly code: 'began-before' }
  /** No camera sees the person on the floor. */
  | { readonly code: 'out-of-sight' }
  /** A badge that fitted may no longer be used. */
  | { readonly code: 'withdrawn' }
  /** Positions do not count at present. */
  | { readonly code: 'no-positions' }
  /** What decides it does not answer. */
  | { readonly code: 'no-answer' }
  /** No badge fits. `allAgreed`: all people admitted who have a badge agreed, so that no badge is left out. */
  | {
      readonly code: 'none-fits';
      readonly seconds: number;
      readonly badges: number;
      readonly allAgreed?: boolean;
    };

/** A badge that may be the person's. */
export interface Candidate {
  /** Of the badge, of one day. */
  readonly handle: string;
  readonly posterior: number;
  /** Fixes that were held against the person. */
  readonly fixes: number;
  readonly witnesses: number;
  /** The last of them: by which reader, how far from the person, how old. */
  readonly last: {
    readonly reader: string;
    readonly metres: number;
    readonly ageSeconds: number;
  } | null;
  /** Other people whom the badge fits, most probable first. */
  readonly others: readonly {
    readonly camera: string;
    readonly track: string;
    readonly posterior: number;
    /** From this person. */
    readonly metres: number;
  }[];
}

export interface TrackIdentity {
  readonly camera: string;
  readonly track: string;
  /** Number of the segment; null while two people are too near to each other. */
  readonly segment: number | null;
  /** The statement holds for the track from here on, ms: before it may have been another person. */
  readonly since: number;
  /** `unbadged`: no badge that may be used. It does not say that the person wears none. */
  readonly state: 'confirmed' | 'ambiguous' | 'unbadged';
  readonly handle: string | null;
  readonly candidates: readonly Candidate[];
  readonly reasons: readonly Reason[];
}

/** A badge went from one person to another in view: neither name can be relied on until a person looks. */
export interface HandOver {
  readonly kind: 'hand-over';
  readonly at: number;
  readonly camera: string;
  readonly track: string;
  /** The badge that was confirmed before, and the one that fits now. */
  readonly before: string;
  readonly after: string;
}
