import { createHash, randomInt } from 'node:crypto';
import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { signOnAnswer } from './schema.ts';

const VALID_MS = 120_000;

const digestOf = (tenant: string, code: string) =>
  createHash('sha256').update(`${tenant}\n${code}`).digest('hex');

/**
 * Personal sign-on at a point: a signed-in person gets a code of eight digits that is typed in at the point. It counts
 * for two minutes and once; a new one ends those before it.
 */
export function createSignOn({ units }: Pick<Platform, 'units'>) {
  return {
    /** @throws Problem `gate.no-person` for an account of no person. */
    give: (user: User): Promise<z.infer<typeof signOnAnswer>> =>
      units.run(user, async ({ tx }) => {
        const person = user.account.person;
        if (person === null) throw new Problem('gate.no-person');
        const until = new Date(Date.now() + VALID_MS);
        await tx.gateSignOn.deleteMany({
          where: { OR: [{ personId: person }, { until: { lt: new Date() } }] },
        });
        for (;;) {
          const code = String(randomInt(100_000_000)).padStart(8, '0');
          const digest = digestOf(user.tenant, code);
          if (await tx.gateSignOn.findFirst({ where: { digest } })) continue;
          await tx.gateSignOn.create({
            data: { tenantId: user.tenant, id: newId(), personId: person, digest, until },
          });
          return { code, validUntil: until.toISOString() };
        }
      }),
  };
}

/** The person of a code, which is used up by that; null where it is wrong, used or over. */
export async function takeCode(
  tx: Transaction,
  tenant: string,
  code: string,
  now: Date,
): Promise<string | null> {
  const [row] = await tx.gateSignOn.updateManyAndReturn({
    where: { digest: digestOf(tenant, code), usedAt: null, until: { gt: now } },
    data: { usedAt: now },
  });
  return row?.personId ?? null;
}
