import { ulid } from 'ulid';
import type { z } from 'zod';
import {
  conflictsOf,
  type DutyConflict,
  dutyConflicts,
} from '../../platform/access/separation-of-duties.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { overrideSchema } from './schema.ts';

type Override = z.infer<typeof overrideSchema>;

/**
 * Refuses a combination of separated duties, unless a person other than the one who grants them has
 * recorded an exception: two people are responsible for it.
 *
 * @param by the granting user.
 * @throws Problem `role.conflict` with the duties and the reason for their separation.
 */
export async function checkDuties(
  tx: Transaction,
  holder: { id: string; username: string },
  grants: readonly string[],
  by: string,
): Promise<void> {
  const conflicts = conflictsOf(grants);
  if (conflicts.length === 0) return;
  const allowed = await tx.dutyOverride.findMany({
    where: { userId: holder.id, revokedAt: null, approvedBy: { not: by } },
  });
  const open = conflicts.filter(({ id }) => !allowed.some(({ conflict }) => conflict === id));
  if (open.length > 0) throw conflictProblem(open, holder.username);
}

/** @param username the account concerned; null for a role alone. */
export function conflictProblem(conflicts: readonly DutyConflict[], username: string | null) {
  const words = conflicts.map(({ duties: [a, b], why }) => {
    return `${a.permission} and ${b.permission}: ${why.en}`;
  });
  const whose = username === null ? 'The role would join' : `${username} would hold`;
  return new Problem(
    'role.conflict',
    `${whose} duties that are kept apart (${words.join(' ')}) Give them to different people, or have another administrator record an exception with its reason.`,
    {
      conflicts: conflicts.map(({ id, why, duties }) => ({
        id,
        why,
        permissions: duties.map(({ permission }) => permission),
      })),
    },
  );
}

/** Records an exception for one user from a separation of two duties. */
export async function recordOverride(
  unit: Unit,
  holder: { id: string; personId: string | null },
  { conflict, reason }: { conflict: string; reason: string },
): Promise<Override> {
  const known = dutyConflicts.find(({ id }) => id === conflict);
  if (!known) {
    const ids = dutyConflicts.map(({ id }) => id).join(', ');
    throw new Problem('request.invalid', `There is no conflict "${conflict}"; there are ${ids}.`);
  }
  const by = unit.caller.account?.id;
  if (!by || by === holder.id) throw new Problem('user.self');
  const row = await unit.tx.dutyOverride.create({
    data: {
      tenantId: unit.caller.tenant,
      id: ulid(),
      userId: holder.id,
      conflict,
      reason,
      approvedBy: by,
    },
  });
  await unit.audit({
    action: 'approve-exception',
    entity: 'user',
    id: holder.id,
    person: holder.personId,
    after: { conflict, override: row.id },
    reason,
  });
  return showOverride(row);
}

export function showOverride(row: {
  id: string;
  conflict: string;
  reason: string;
  approvedBy: string;
  at: Date;
  revokedAt: Date | null;
}): Override {
  const { id, conflict, reason, approvedBy, at, revokedAt } = row;
  const why = dutyConflicts.find((one) => one.id === conflict)?.why ?? { zh: '', en: '' };
  return {
    id,
    conflict,
    reason,
    approvedBy,
    why,
    at: at.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
