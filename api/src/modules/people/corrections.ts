import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { createSensitive } from './sensitive.ts';

/** Data that a person may request to correct. */
export interface Correction {
  name?: string | undefined;
  hiredOn?: string | undefined;
  phone?: string | undefined;
  nationalId?: string | undefined;
}

/** Applies an approved correction. The request leaves the audit line. */
export async function correctPerson(
  { tx, caller }: Unit,
  sensitive: ReturnType<typeof createSensitive>,
  id: string,
  { name, hiredOn, phone, nationalId }: Correction,
): Promise<void> {
  await tx.person.updateMany({
    where: { id },
    data: {
      ...(name === undefined ? {} : { name }),
      ...(hiredOn === undefined ? {} : { hiredOn: new Date(hiredOn) }),
      version: { increment: 1 },
      updatedAt: new Date(),
    },
  });
  await sensitive.write(tx, caller.tenant, id, {
    ...(phone === undefined ? {} : { phone }),
    ...(nationalId === undefined ? {} : { nationalId }),
  });
}
