import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { managed } from './changing.ts';
import type { Refresh } from './obligations.ts';
import { QUALIFICATION, type Records, type Row } from './records.ts';
import type { QualificationView, stepBody } from './schema.ts';
import type { Tell } from './tell.ts';

type Step = z.infer<typeof stepBody>;
export type Steps = ReturnType<typeof createSteps>;

/** Suspending, resuming and revoking qualifications. */
export function createSteps(options: {
  units: Units;
  records: Records;
  tell: Tell;
  refresh: Refresh;
}) {
  const { units, records, tell, refresh } = options;

  /** Writes the step down, and tells the person. */
  async function step(
    unit: Unit,
    user: User,
    row: Row,
    {
      action,
      reason,
      event,
    }: {
      action: `qualification-${'suspend' | 'resume' | 'revoke'}`;
      reason: string;
      event: string;
    },
  ): Promise<QualificationView> {
    const { id, personId } = row;
    const line = { action, entity: QUALIFICATION, id, person: personId };
    // Of a medical check the reason stays in the record, as its details do.
    await unit.audit(row.type === 'fitness' ? line : { ...line, reason });
    const data = { qualification: id, person: personId, type: row.type, category: row.category };
    await unit.emit({ entity: QUALIFICATION, what: event, subject: id, data });
    const shown = await records.showOne(unit.tx, user, id);
    if (action !== 'qualification-resume') await tell.lost(unit, shown, reason);
    return shown;
  }

  return {
    /** From now on it does not count, until it is resumed. */
    suspend: (user: User, id: string, { version, reason }: Step): Promise<QualificationView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await managed(records, unit, user, id, version);
        if (await openSuspension(tx, row)) {
          const current = await records.showOne(tx, user, id);
          throw new Problem('qualification.not-now', undefined, { current });
        }
        const by = { tenantId: user.tenant, id: newId(), byUser: user.account.id };
        await tx.qualificationSuspension.create({
          data: { ...by, qualificationId: id, from: new Date(), reason },
        });
        await raise(tx, row);
        await refresh(unit, row);
        return step(unit, user, row, {
          action: 'qualification-suspend',
          reason,
          event: 'suspended',
        });
      }),

    resume: (user: User, id: string, { version, reason }: Step): Promise<QualificationView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await managed(records, unit, user, id, version);
        const open = await openSuspension(tx, row);
        if (!open) {
          const current = await records.showOne(tx, user, id);
          throw new Problem('qualification.not-now', undefined, { current });
        }
        await tx.qualificationSuspension.updateMany({
          where: { id: open.id },
          data: { until: new Date(), endedBy: user.account.id, endReason: reason },
        });
        await raise(tx, row);
        await refresh(unit, row);
        return step(unit, user, row, { action: 'qualification-resume', reason, event: 'resumed' });
      }),

    /** For good: another certificate is entered as a new one. */
    revoke: (user: User, id: string, { version, reason }: Step): Promise<QualificationView> =>
      units.run(user, async (unit) => {
        const row = await managed(records, unit, user, id, version);
        await raise(unit.tx, row, { revokedAt: new Date(), revokeReason: reason });
        await refresh(unit, row);
        return step(unit, user, row, { action: 'qualification-revoke', reason, event: 'revoked' });
      }),
  };
}

const raise = (
  tx: Transaction,
  { id, version }: Row,
  data: Prisma.QualificationUpdateManyMutationInput = {},
) => tx.qualification.updateMany({ where: { id }, data: { ...data, version: version + 1 } });
const openSuspension = (tx: Transaction, { id }: Row) =>
  tx.qualificationSuspension.findFirst({ where: { qualificationId: id, until: null } });
