import type { Accounts } from '../../platform/access/accounts.ts';
import type { Database } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Permits } from './permits.ts';
import { peopleOf } from './records.ts';

const HOUR_MS = 3_600_000;

/** Who does the work, by employee number. */
const WORKER = 'E007';

/** Fictitious: work at the loading gate that goes on for the first shift. */
const work = (now: number, people: string[]) => ({
  kind: 'temporary-electricity',
  title: '装卸口照明线路检修 / Repair of the lighting at the loading gate',
  areaId: 'loading-gate',
  place: '装卸口东侧配电箱 / Switchboard east of the loading gate',
  description:
    '更换装卸口照明线路。断电、验电、挂牌上锁；作业点设围挡，专人监护。\nReplaces the lighting cables at the loading gate. Isolated, proved dead and locked out; the place is fenced off and watched.',
  people,
  others: '示例电气工程有限公司 2 人 / Two people of Example Electrical Works',
  fromAt: new Date(now - HOUR_MS).toISOString(),
  toAt: new Date(now + 8 * HOUR_MS).toISOString(),
});

/**
 * One permit that holds, made by the service as people make it, where the tenant has none.
 *
 * @returns whether it was made.
 */
export async function seedDemoPermit(parts: {
  permits: Permits;
  accounts: Accounts;
  database: Database;
  tenant: string;
}): Promise<boolean> {
  const { permits, accounts, database, tenant } = parts;
  const people = await database.transaction({ tenant, user: null }, async (tx) => {
    const area = await tx.area.findFirst({ where: { id: 'loading-gate', active: true } });
    if (area === null || (await tx.permit.count()) > 0) return null;
    return peopleOf(tx, { employeeNo: WORKER, status: 'active' }, 1);
  });
  if (people === null) return false;
  const as = async (name: string): Promise<User | null> => {
    const known = await accounts.byName(tenant, name);
    return known && { tenant, account: known.account, address: null, requestId: null };
  };
  const [applicant, approver] = [await as('maintainer'), await as('safety')];
  // Where the demonstration's accounts were renamed, there is none.
  if (!applicant || !approver) return false;
  let { id, version } = await permits.create(
    applicant,
    work(
      Date.now(),
      people.map(({ id: person }) => person),
    ),
  );
  for (const [user, transition] of [
    [applicant, 'apply'],
    [approver, 'approve'],
    [applicant, 'begin'],
  ] as const) {
    const action = { transition, version, fields: {}, fileIds: [] };
    ({ id, version } = await permits.record.act(user, id, action));
  }
  return true;
}
