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

/** Adds sessions of earlier days at the points of the demonstration. */
export async function seedDemoSessions(tx: Transaction, tenantId: string): Promise<void> {
  const points = await tx.gatePoint.findMany({ select: { id: true, machineId: true } });
  const people = await tx.person.findMany({
    where: { sourceSystem: 'demo' },
    select: { id: true, employeeNo: true },
  });
  const morning = Math.floor(Date.now() / DAY_MS) * DAY_MS + HOUR_MS;
  for (const [employeeNo, machine, daysAgo, hours] of sessions) {
    const point = points.find(({ machineId }) => machineId === machine);
    const person = people.find((one) => one.employeeNo === employeeNo);
    if (!point || !person) continue;
    const from = new Date(morning - daysAgo * DAY_MS);
    const until = new Date(from.getTime() + hours * HOUR_MS);
    const decisionId = newId();
    await tx.gateDecision.create({
      data: {
        tenantId,
        id: decisionId,
        pointId: point.id,
        key: `demo-${decisionId}`,
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
      },
    });
    const at = { from, until, checkAt: until };
    await tx.gateSession.create({
      data: {
        tenantId,
        id: newId(),
        decisionId,
        pointId: point.id,
        machine,
        personId: person.id,
        ...at,
      },
    });
  }
}
