import type { Hazard } from '$lib/features/hazards/types.ts';

/** A hazard for tests; `number` gives it its id and time. */
export function hazardOf(number: number, part: Partial<Hazard> = {}): Hazard {
  const found = new Date(Date.UTC(2026, 10, 25, 6, number)).toISOString();
  return {
    id: `01KH${String(number).padStart(22, '0')}`,
    no: `YH-20261125-${String(number).padStart(4, '0')}`,
    title: '',
    description: `Guard rail ${number} is loose`,
    type: 'machine-guard',
    typeName: { zh: '机械防护', en: 'Machine guards' },
    level: null,
    suggestedLevel: 'general',
    source: 'phone',
    site: 'main',
    area: { id: 'press-line', name: { zh: '冲压线', en: 'Press line' } },
    floorPlan: null,
    position: null,
    foundAt: found,
    reportedAt: found,
    late: false,
    state: 'reported',
    stateName: { zh: '待审核', en: 'To be reviewed' },
    dueAt: null,
    overdue: false,
    closedAt: null,
    outcome: null,
    version: 1,
    department: null,
    assignees: [],
    reporter: null,
    files: [],
    links: [],
    violationId: null,
    findings: [],
    cost: null,
    details: {},
    transitions: [],
    redacted: false,
    ...part,
  };
}
