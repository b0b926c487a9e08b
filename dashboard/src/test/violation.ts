import type { Violation } from '$lib/api/types.ts';

/** A violation for tests; the number sets its id and its start, higher is newer. */
export function violationOf(number: number, part: Partial<Violation> = {}): Violation {
  const started = Date.UTC(2026, 10, 25, 6, 0, number);
  const at = (seconds: number): string => new Date(started + seconds * 1000).toISOString();
  const id = `01KB${String(number).padStart(22, '0')}`;
  return {
    id,
    rule: 'missing-ppe',
    item: 'helmet',
    subject: 'person',
    actor: `t-${number}`,
    ruleId: 'ppe-assembly',
    severity: 'medium',
    camera: 'hall-west',
    cameraName: { zh: '西车间', en: 'West hall' },
    site: 'main',
    zone: 'assembly',
    zoneName: { zh: '装配区', en: 'Assembly' },
    line: null,
    lineName: null,
    direction: null,
    startedAt: at(0),
    confirmedAt: at(2),
    endedAt: null,
    recordedAt: at(3),
    confidence: 0.9,
    tracks: [`t-${number}`],
    box: [100, 100, 150, 220],
    floor: null,
    path: [],
    arming: null,
    identity: null,
    trade: null,
    why: null,
    operator: null,
    snooze: null,
    status: 'pending',
    verdict: null,
    version: 1,
    modelLog: null,
    model: { name: 'ppe', version: '1.0.0' },
    snapshot: {
      url: `/api/v1/violations/${id}/snapshot`,
      width: 960,
      height: 540,
      takenAt: at(2),
      boxes: [],
      rendition: 'ready',
    },
    clip: null,
    snapshotMissing: null,
    clipMissing: null,
    ...part,
  };
}
