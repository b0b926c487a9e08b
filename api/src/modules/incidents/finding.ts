import { canWalk, type Path } from './fit.ts';

/** A violation as the join sees it. Times in milliseconds. */
export interface Finding {
  id: string;
  subject: 'person' | 'zone' | 'machine';
  camera: string;
  /** The floor plan that the path is on; null where it is not known: then no path is compared with it. */
  plan: string | null;
  /** Who it was in this camera, over several tracks; null for a zone, a machine or a worker of before. */
  actor: string | null;
  startedAt: number;
  confirmedAt: number;
  /** Null while it lasts. */
  endedAt: number | null;
  /** The seconds before it was confirmed and after it; empty where the camera is not calibrated. */
  path: Path;
  /** Who it was, where a badge or a reviewer says so for certain; null else. */
  person: string | null;
  /** The incident that people decided for it, by hand or by a verdict; null for none. */
  pin: string | null;
  /** It has a verdict, which keeps it where it is. */
  isDecided: boolean;
  /** Its incident has as many findings as one may have: what comes later is another one. */
  isClosed: boolean;
  /** People said that it is no part of its incident: it draws no other finding there. */
  isTakenOut: boolean;
  /** Where it is now; null for nowhere yet. Only what was taken out asks for it. */
  incident: string | null;
}

export interface JoinSettings {
  /** The longest gap between two findings of one act, ms. */
  gapMs: number;
}

export const isPerson = ({ subject }: Finding) => subject === 'person';
export const compareIds = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export const isOnOnePlan = (a: Finding, b: Finding) => a.plan !== null && a.plan === b.plan;

/** Two findings without an actor may be of one person or of two. */
export const isSameActor = (a: Finding, b: Finding) => a.actor !== null && a.actor === b.actor;

export function gapOf(a: Finding, b: Finding): number {
  const [first, second] =
    a.startedAt < b.startedAt || (a.startedAt === b.startedAt && a.id < b.id) ? [a, b] : [b, a];
  return Math.max(0, second.startedAt - lastsUntil(first));
}

export const lastsUntil = ({ confirmedAt, endedAt }: Finding) =>
  endedAt === null ? Infinity : Math.max(confirmedAt, endedAt);

/** Two findings whose people are certain, and are two. */
export const areOfTwoPeople = (a: Pick<Finding, 'person'>, b: Pick<Finding, 'person'>): boolean =>
  a.person !== null && b.person !== null && a.person !== b.person;

/**
 * Whether two findings without a verdict are of the same identified person and may be one act: the time between them is
 * within the gap of the site, and a person can walk from one place to the other in it. While a finding is open, its
 * place is known until the end of its path only; later findings are not joined to it.
 */
export function isOneByName(a: Finding, b: Finding, { gapMs }: JoinSettings): boolean {
  if (a.person === null || a.person !== b.person || a.isDecided || b.isDecided) return false;
  return gapOf(a, b) <= gapMs && isOnOnePlan(a, b) && canWalk(a.path, b.path, gapMs);
}
