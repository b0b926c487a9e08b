import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Fictitious: employee number, machine, days before today, hours. The fitter did not weld for more than six months and
 * passed the practical test since; the press operator has the hours that press 2 asks for.
 */
const sessions = [
  ['E007', 'welder-1', 235, 5],
  ['E007', 'welder-1', 228, 6],
  ['E006', 'press-2', 60, 6],
  ['E006', 'press-2', 59, 7],
] as const;

/** The fitter at the welder yesterday, while the API was away: what the gateway decided, and when it came in, minutes later. */
const EDGE = { employeeNo: 'E007', machine: 'welder-1', daysAgo: 1, deliveredAfter: 12 } as const;

/** Adds sessions of earlier days at the points of the demonstration, and a decision of its gateway. */
export async function seedDemoSessions(tx: Transaction, tenantId: string): Promise<void> {
  const points = await tx.gatePoint.findMany({ select: { id: true, machineId: true } });
  const people = await tx.person.findMany({
    where: { sourceSystem: 'demo' },
    select: { id: true, employeeNo: true },
  });
  const morning = Math.floor(Date.now() / DAY_MS) * DAY_MS + HOUR_MS;
  const allowed = async (
    [employeeNo, machine]: readonly [string, string],
    { from, until, ...more }: { from: Date; until: Date; source?: 'edge'; deliveredAt?: Date },
  ) => {
    const point = points.find(({ machineId }) => machineId === machine);
    const person = people.find((one) => one.employeeNo === employeeNo);
    if (!point || !person) return null;
    const id = newId();
    await tx.gateDecision.create({
      data: {
        tenantId,
        id,
        pointId: point.id,
        key: `demo-${id}`,
        digest: ''.padEnd(64, '0'),
        kind: 'start',
        target: machine,
        personId: person.id,
        askedAt: from,
        decidedAt: from,
        decision: 'allow',
        final: false,
        codes: [],
        reasons: [],
        validUntil: until,
        ...more,
      },
    });
    return { decisionId: id, pointId: point.id, personId: person.id };
  };
  for (const [employeeNo, machine, daysAgo, hours] of sessions) {
    const from = new Date(morning - daysAgo * DAY_MS);
    const until = new Date(from.getTime() + hours * HOUR_MS);
    const made = await allowed([employeeNo, machine], { from, until });
    if (!made) continue;
    const at = { from, until, checkAt: until };
    await tx.gateSession.create({ data: { tenantId, id: newId(), machine, ...made, ...at } });
  }
  const from = new Date(morning - EDGE.daysAgo * DAY_MS);
  const after = (minutes: number) => new Date(from.getTime() + minutes * 60_000);
  await allowed([EDGE.employeeNo, EDGE.machine], {
    from,
    until: after(15),
    source: 'edge',
    deliveredAt: after(EDGE.deliveredAfter),
  });
}
