/**
 * As an incident is marked that waits while no account may review it: it is told once one may. It ranks
 * as one that was not told.
 */
export const TOLD_NOBODY = 'nobody';

/** How severe the notice of an incident is, least first. */
export const noticeSeverities = ['info', 'warning', 'critical'] as const;
export type NoticeSeverity = (typeof noticeSeverities)[number];

const rankOf = (severity: string | null) =>
  severity === null ? -1 : (noticeSeverities as readonly string[]).indexOf(severity);

/** Only a person on the ground is critical: other incidents still need a review. */
export function noticeSeverity(incident: { rules: string[]; severity: string }): NoticeSeverity {
  if (incident.rules.includes('person-down')) return 'critical';
  return incident.severity === 'high' ? 'warning' : 'info';
}

/** Whether an incident has become more severe than its last notice said. */
export const isToTell = (severity: NoticeSeverity, told: string | null): boolean =>
  rankOf(severity) > rankOf(told);

export const higherTold = (a: string | null, b: string | null): string | null =>
  rankOf(a) >= rankOf(b) ? a : b;
