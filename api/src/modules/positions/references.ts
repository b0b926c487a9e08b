import type { z } from 'zod';
import { actorOf } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { fitGround, type GroundFit, type NoFit, type ReferencePoint } from './ground-fit.ts';
import type { planReferenceInput, planReferenceSchema } from './reference-schema.ts';

type Shown = z.output<typeof planReferenceSchema>;
type Row = Awaited<ReturnType<Transaction['planReference']['findFirstOrThrow']>>;

export type PlanReferences = ReturnType<typeof createPlanReferences>;

/** The reference points of floor plans, by which positions of GPS come to a plan. */
export function createPlanReferences({
  units,
  database,
  services,
}: Pick<Platform, 'units' | 'database' | 'services'>) {
  const { configuration } = services.get('cameras');
  const find = (tx: Transaction, floorPlan: string) =>
    tx.planReference.findFirst({ where: { floorPlan } });

  return {
    list: ({ account }: User): Promise<{ items: Shown[] }> =>
      database.transaction(actorOf(account), async (tx) => ({
        items: (await tx.planReference.findMany({ orderBy: { floorPlan: 'asc' } })).map(show),
      })),

    /** @throws Problem `plan-reference.no-fit` with the points to correct; what was there stays. */
    set: (
      user: User,
      floorPlan: string,
      { points, version }: z.output<typeof planReferenceInput>,
    ) =>
      units.run(user, async (unit): Promise<Shown> => {
        const { tx } = unit;
        if (!(await configuration.hasPlan(tx, floorPlan))) {
          throw new Problem('reader-place.plan-unknown', `There is no floor plan "${floorPlan}".`);
        }
        requireFit(points);
        const before = await find(tx, floorPlan);
        const data = { points, version: version + 1, updatedAt: new Date() };
        const key = { tenantId: user.tenant, floorPlan };
        const { count } =
          before === null && version === 0
            ? await tx.planReference.createMany({
                data: [{ ...key, ...data }],
                skipDuplicates: true,
              })
            : await tx.planReference.updateMany({ where: { floorPlan, version }, data });
        if (count === 0) throw new Problem('plan-reference.version-conflict');
        await unit.audit({
          action: before ? 'update' : 'create',
          entity: 'plan-reference',
          id: floorPlan,
          ...(before ? { before: { points: before.points } } : {}),
          after: { points },
        });
        return show((await find(tx, floorPlan)) as Row);
      }),

    remove: (user: User, floorPlan: string): Promise<void> =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, floorPlan);
        if (!row) throw new Problem('plan-reference.unknown');
        await unit.tx.planReference.deleteMany({ where: { floorPlan } });
        const before = { points: row.points };
        await unit.audit({ action: 'delete', entity: 'plan-reference', id: floorPlan, before });
      }),
  };
}

function requireFit(points: readonly ReferencePoint[]): GroundFit {
  const fit = fitGround(points);
  if (fit.state === 'fitted') return fit;
  throw new Problem('plan-reference.no-fit', why(fit));
}

/** What is wrong with the points, counted from 1. */
function why(fit: NoFit): string {
  switch (fit.state) {
    case 'few':
      return `${fit.missing} more points are needed.`;
    case 'same':
      return `Points ${fit.points.map((one) => one + 1).join(' and ')} are less than 2 m apart.`;
    case 'collinear':
      return `All points lie on one line, within ${fit.metres.toFixed(1)} m: take one beside it.`;
    case 'mirrored':
      return 'The points run the other way round on the plan: y must count to the north of the plan, x to its right.';
    case 'scale':
      return `A metre on the earth would be ${fit.scale.toFixed(2)} m on the plan: correct the size of the plan, or the points.`;
    case 'residual':
      return `The points contradict each other by ${fit.rms.toFixed(1)} m; point ${fit.worst + 1} is off most.`;
  }
}

function show({ floorPlan, points, updatedAt, version }: Row): Shown {
  const own = points as unknown as ReferencePoint[];
  const { errors, rms, scale, rotation } = requireFit(own);
  return {
    floorPlan,
    points: own,
    errors: errors.map((one) => rounded(one, 2)),
    rms: rounded(rms, 2),
    scale: rounded(scale, 4),
    rotation: rounded(rotation, 2),
    updatedAt: updatedAt.toISOString(),
    version,
  };
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
