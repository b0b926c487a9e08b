import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { type Requirement, type Target, usual } from './requirement.ts';

const own = { fromPosts: false };
/** No trainees and visitors. */
const staff = ['employee', 'contractor'] as const satisfies Requirement['kinds'];
/** In the words of the posts at the presses. */
const noise = '噪声';
/** What the machines and areas of the simulated plant ask for. */
const demo: [target: Target, id: string, asks: Partial<Requirement>][] = [
  [
    'machine',
    'welder-1',
    { ...own, certificates: [{ kind: 'special-work', category: 'welding' }], fitness: true },
  ],
  [
    'machine',
    'forklift-1',
    { ...own, certificates: [{ kind: 'special-equipment', category: 'forklift' }] },
  ],
  ['machine', 'robot-1', { ...own, skills: [{ skill: 'robot-cell', level: 1 }] }],
  ['machine', 'conveyor-1', own],
  [
    'machine',
    'press-1',
    { ...own, kinds: staff, skills: [{ skill: 'press-operation', level: 2 }], exposures: [noise] },
  ],
  [
    'machine',
    'press-2',
    {
      ...own,
      kinds: staff,
      skills: [{ skill: 'press-operation', level: 2 }],
      exposures: [noise],
      leastHours: 8,
    },
  ],
  ['machine', 'lathe-1', { ...own, skills: [{ skill: 'cnc-operation', level: 2 }] }],
  ['area', 'robot-cell', { skills: [{ skill: 'robot-cell', level: 1 }] }],
];

/** Adds the requirements of the demonstration where the tenant has none. */
export function seedDemoRequirements(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270304))::text`;
    if ((await tx.matchRequirement.count()) > 0) return;
    await tx.matchRequirement.createMany({
      data: demo.map(([target, targetId, asks]) => ({
        tenantId,
        id: newId(),
        target,
        targetId,
        ...usual(target),
        ...asks,
      })),
    });
  });
}
