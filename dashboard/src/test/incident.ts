import type { Incident, IncidentDetail, Violation } from '$lib/api/types.ts';
import { violationOf } from './violation.ts';

/** An incident for tests, of one finding; the number sets its id and its start, higher is newer. */
export function incidentOf(number: number, part: Partial<Incident> = {}): Incident {
  const main = violationOf(number);
  return {
    id: main.id,
    site: main.site,
    subject: 'person',
    status: 'pending',
    severity: main.severity,
    rules: ['missing-ppe/helmet'],
    cameras: [main.camera],
    startedAt: main.startedAt,
    lastAt: main.confirmedAt,
    openedAt: main.recordedAt,
    findings: 1,
    undecided: 1,
    takenOut: 0,
    verdict: null,
    version: 1,
    mergedInto: null,
    person: null,
    main,
    ...part,
  };
}

/** The same with its findings. */
export function incidentDetailOf(number: number, violations: readonly Violation[]): IncidentDetail {
  return {
    ...incidentOf(number, { findings: violations.length, undecided: violations.length }),
    members: violations.map((violation, n) => ({
      violation,
      why: n === 0 ? null : { by: 'actor', with: violations[0]?.id ?? null, odds: null },
      joinedAt: violation.recordedAt,
      isNew: false,
      signatures: [],
      takenOut: null,
    })),
    links: [],
    operations: [],
  };
}
