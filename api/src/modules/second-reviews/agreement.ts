import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { privacySettingsOf } from '../../platform/privacy/settings.ts';
import { actsWithin } from '../violations/reach.ts';
import { groupOf, groupsOf, ownOf, type Pair } from './groups.ts';
import { FEWEST_PAIRS } from './kappa.ts';
import { tables } from './rows.ts';
import type { AgreementAnswer, agreementQuery } from './schema.ts';

/** Upper limit of pairs, newest first: the second decimal of kappa no longer changes beyond it. */
const MOST_PAIRS = 50_000;

export type ReviewAgreement = ReturnType<typeof createAgreement>;

/**
 * Agreement of first and second verdicts, of the incidents that the reader may review. Only second verdicts up to the last
 * midnight are counted: otherwise two requests before and after one verdict would disclose that verdict. Pairs whose second
 * reviewer was shown the first verdict are left out.
 */
export function createAgreement({
  units,
  timeZone,
}: Pick<Platform, 'units'> & { timeZone: string }) {
  return {
    read: (user: User, { days }: z.infer<typeof agreementQuery>): Promise<AgreementAnswer> =>
      units.run(user, async ({ tx }) => {
        const { account } = user;
        const [day] = await sqlIn(tx)<{ until: Date }>(
          Prisma.sql`SELECT date_trunc('day', now(), ${timeZone}) AS until`,
        );
        const until = day?.until ?? new Date(0);
        const since = new Date(until.getTime() - Number(days) * 86_400_000);
        const within = actsWithin({ account, right: 'violation:review' });
        // Several accounts of one person count as one reviewer.
        const counted = await sqlIn(tx)<Pair & { isBlind: boolean }>(Prisma.sql`
          SELECT s.rule, s.site, s.first_status AS "firstStatus", s.second_status AS "secondStatus",
            coalesce(f.person_id, s.first_by) AS first, coalesce(o.person_id, s.second_by) AS second, s.seconds,
            s.is_blind IS NOT FALSE AS "isBlind"
          FROM ${tables}
          LEFT JOIN app_user f ON f.tenant_id = s.tenant_id AND f.id = s.first_by
          LEFT JOIN app_user o ON o.tenant_id = s.tenant_id AND o.id = s.second_by
          WHERE s.second_at >= ${since} AND s.second_at < ${until} AND ${within}
          ORDER BY s.second_at DESC LIMIT ${MOST_PAIRS}`);
        const { minGroupSize: least } = await privacySettingsOf(tx);
        const pairs = counted.filter(({ isBlind }) => isBlind);
        const person = account.person ?? account.id;
        return {
          days: Number(days),
          until: until.toISOString(),
          fewestPairs: FEWEST_PAIRS,
          fewestReviewers: least,
          all: groupOf('', pairs, least),
          ...groupsOf(pairs, least),
          own: ownOf(pairs, person, least),
          notBlind: counted.length - pairs.length,
          given: counted.filter(({ second }) => second === person).length,
        };
      }),
  };
}
