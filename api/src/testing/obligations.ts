import { expect } from 'vitest';
import type { Transaction } from '../platform/db/database.ts';
import { createUnits } from '../platform/db/unit-of-work.ts';
import { createNotices } from '../platform/notices/notify.ts';
import { obligationKinds } from '../platform/obligations/kinds.ts';
import { type LookParts, lookAtObligations } from '../platform/obligations/look.ts';
import type { ObligationRow } from '../platform/obligations/schema.ts';
import { until } from './site.ts';
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
  // The database is there once the test runs.
  const parts = (): LookParts => ({
    units: createUnits({ database: used.database, onError: () => {} }),
    notices: createNotices({ written: () => {} }),
    kinds: obligationKinds,
    timeZone: 'Asia/Shanghai',
  });
  return {
    /**
     * Looks as at an instant until no case waits. The API of the test runs the job, too: a case that it
     * has locked is skipped here, so its commit is waited for.
     */
    async look(now = new Date()): Promise<void> {
      const waiting = { endedAt: null, lookAt: { lte: now } };
      await until(async () => {
        await lookAtObligations(parts(), TENANT, now);
        return (await run((tx) => tx.obligationCase.count({ where: waiting }))) === 0;
      }, 'no case waits to be told');
    },
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
