import { type AlarmLine, alarmAreas, isAlarmLineFor } from '@anshi/contracts';
import { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import { violationSchema } from '../violations/schema.ts';

const recorded = z.object({
  violation: violationSchema.pick({
    id: true,
    camera: true,
    zone: true,
    rule: true,
    severity: true,
    recordedAt: true,
  }),
});

/** A violation that is looked at later was judged by a plan that may have changed since: nothing is said of it, ms. */
const LATE_MS = 60_000;

/**
 * Keeps for each violation what the alarm plan said of it, so that the reason for no alarm can be told when the plan is another
 * one. Workers follow the same plan with the same function.
 */
export function keepAlarmDecisions(
  { consumers, features }: Pick<Platform, 'consumers' | 'features'>,
  cameras: () => readonly KnownCamera[],
): void {
  consumers.on({
    name: 'alarms.decisions',
    types: ['cn.anshi.violation.recorded.v1'],
    async handle(unit, { data }) {
      const read = recorded.safeParse(data);
      if (!read.success) return;
      const { violation } = read.data;
      if (Date.now() - Date.parse(violation.recordedAt) > LATE_MS) return;
      const camera = cameras().find(({ id }) => id === violation.camera);
      await keep(unit, violation, {
        isOn: features.isOn('site-devices'),
        areas: alarmAreas(violation.zone, camera?.zones ?? []),
      });
    },
  });
}

async function keep(
  { tx, caller }: Unit,
  { id, camera, rule, severity }: z.infer<typeof recorded>['violation'],
  { isOn, areas }: { isOn: boolean; areas: string[] },
): Promise<void> {
  const lines = await linesOf(tx);
  const fitting = lines.filter(({ line }) =>
    isAlarmLineFor(line, { camera, rule: rule as AlarmLine['rules'][number], severity, areas }),
  );
  const ids = (active: boolean) =>
    fitting.filter((one) => one.active === active).map(({ line }) => line.id);
  await tx.alarmDecision.createMany({
    data: [
      {
        tenantId: caller.tenant,
        violation: id,
        isOn,
        known: lines.filter(({ active }) => active).length,
        lines: ids(true),
        unused: ids(false),
      },
    ],
    skipDuplicates: true,
  });
}

type Line = Pick<AlarmLine, 'id' | 'cameras' | 'areas' | 'rules' | 'severities'>;

async function linesOf(tx: Transaction): Promise<{ active: boolean; line: Line }[]> {
  const rows = await tx.alarmLine.findMany({ orderBy: { id: 'asc' } });
  return rows.map(({ id, cameras, areas, rules, severities, active }) => ({
    active,
    line: {
      id,
      cameras,
      areas,
      rules: rules as Line['rules'],
      severities: severities as Line['severities'],
    },
  }));
}
