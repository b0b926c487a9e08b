import { expect } from 'vitest';
import type { Transaction } from '../platform/db/database.ts';
import { createUnits } from '../platform/db/unit-of-work.ts';
import { createNotices } from '../platform/notices/notify.ts';
import { obligationKinds } from '../platform/obligations/kinds.ts';
import { lookAtObligations } from '../platform/obligations/look.ts';
import type { ObligationRow } from '../platform/obligations/schema.ts';
import type { UsedApi } from './use-api.ts';

const TENANT = 'demo';

interface Told {
  kind: string;
  title: { zh: string; en: string };
  link: string | null;
  recipients: { userId: string }[];
}

/** The job that looks at obligations, and what it wrote, for tests of what falls due. */
export function obligationActs(used: UsedApi) {
  const run = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
    used.database.transaction({ tenant: TENANT, user: null }, work);
  return {
    /** One run as at an instant. The API of the test runs it, too: which of them tells does not matter. */
    look: (now = new Date()) =>
      lookAtObligations(
        {
          units: createUnits({ database: used.database, onError: () => {} }),
          notices: createNotices({ written: () => {} }),
          kinds: obligationKinds,
          timeZone: 'Asia/Shanghai',
        },
        TENANT,
        now,
      ),
    /** The cases of a filter, the earliest first. */
    async casesOf(user: string, query: string): Promise<ObligationRow[]> {
      const path = `/obligations?limit=200&${query}`;
      const { status, body } = await used.api.send<{ items: ObligationRow[] }>(user, 'GET', path);
      expect(status).toBe(200);
      return body.items;
    },
    /** The notices about a case, oldest first. */
    noticesOf: (id: string): Promise<Told[]> =>
      run(async (tx) => {
        const rows = await tx.notice.findMany({
          where: { subjectEntity: 'obligation', subjectId: id },
          include: { recipients: { select: { userId: true } } },
          orderBy: { id: 'asc' },
        });
        return rows as unknown as Told[];
      }),
  };
}
