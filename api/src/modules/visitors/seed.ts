import { DateTime } from 'luxon';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import { addDemoVisitor } from '../people/visitor-files.ts';
import type { DemoParts } from '../seeds.ts';
import { companyKey } from './name-key.ts';

/** The induction that a tenant starts with; the company publishes its own. */
const text = {
  zh: [
    '1. 在场期间佩戴访客工牌，由接待人陪同，只进入登记的区域。',
    '2. 生产区须戴安全帽、穿反光背心；不触碰设备，不跨越警戒线。',
    '3. 厂内禁止吸烟和动火；拍照须经接待人同意。',
    '4. 听到警报立即停止活动，随接待人沿绿色标识撤到集合点，不乘电梯。',
    '5. 受伤或发现险情，立即告知接待人或拨打前台电话。',
    '6. 离开时到前台登记并归还工牌。',
  ].join('\n'),
  en: [
    '1. Wear the visitor badge, stay with your host, and enter only the areas of your visit.',
    '2. Wear a helmet and a high-visibility vest in production; touch no machine, cross no barrier.',
    '3. No smoking and no open fire on the site; photographs only with the consent of your host.',
    '4. When the alarm sounds, stop at once and follow your host along the green signs to the assembly point; use no lift.',
    '5. Tell your host or the reception at once of an injury or a danger.',
    '6. Sign out at the reception and return the badge when you leave.',
  ].join('\n'),
};
const VALID_DAYS = 90;

/** The first version of the induction, where the tenant has none. */
export async function seed(tx: Transaction, tenant: string): Promise<void> {
  await tx.inductionText.createMany({
    data: [{ tenantId: tenant, version: 1, text, validDays: VALID_DAYS }],
    skipDuplicates: true,
  });
}

const pool = ['visitor-01', 'visitor-02', 'visitor-03', 'visitor-04', 'visitor-05'];

/** Hours from now on; negative: before. */
const visits = [
  {
    no: 'V-DEMO-1',
    name: '刘检',
    company: '常州特检院',
    purpose: '行车定期检验 / Periodic inspection of the crane',
    host: 'E002',
    hours: [1, 4],
    state: 'announced',
    badge: null,
    areas: [{ area: 'main-aisle', escorted: false }],
  },
  {
    no: 'V-DEMO-2',
    name: 'Anna Schmidt',
    company: 'KUKA Service GmbH',
    purpose: 'Yearly service of the robots',
    host: 'E002',
    hours: [-2, 5],
    state: 'arrived',
    badge: 'visitor-01',
    areas: [
      { area: 'main-aisle', escorted: false },
      { area: 'robot-cell', escorted: true },
    ],
  },
  {
    no: 'V-DEMO-3',
    name: '何参观',
    company: '江苏理工学院',
    purpose: '参观生产线 / Visit of the production line',
    host: 'E004',
    hours: [-6, -1],
    state: 'arrived',
    badge: null,
    areas: [{ area: 'main-aisle', escorted: true }],
  },
] as const;

/** Visits of the first day: one announced, one on site with a badge, one overdue; and a company on the watch list. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, 5270314))::text`;
    if ((await tx.visit.count()) > 0) return;
    await tx.visitorBadge.createMany({
      data: pool.map((badge) => ({ tenantId: tenant, id: newId(), badge })),
      skipDuplicates: true,
    });
    const known = new Set(
      (await tx.area.findMany({ where: { active: true }, select: { id: true } })).map(
        ({ id }) => id,
      ),
    );
    const now = DateTime.utc();
    for (const one of visits) {
      const host = await tx.person.findFirst({ where: { employeeNo: one.host, status: 'active' } });
      if (!host) continue;
      const [fromAt, toAt] = one.hours.map((hours) => now.plus({ hours }).toJSDate()) as [
        Date,
        Date,
      ];
      const dayHence = (days: number) => now.plus({ days }).toISODate() as string;
      const made = await addDemoVisitor(tx, tenant, {
        employeeNo: one.no,
        name: one.name,
        company: one.company,
        host,
        validUntil: dayHence(2),
        badge: one.badge && { badge: one.badge, since: fromAt, dueBack: dayHence(1) },
      });
      if (!made) continue;
      const { person: personId, badge: badgeId } = made;
      const isHere = one.state === 'arrived';
      const arrivedAt = isHere ? fromAt : null;
      if (isHere) {
        await tx.inductionDone.create({
          data: {
            tenantId: tenant,
            id: newId(),
            personId,
            version: 1,
            signedName: one.name,
            at: fromAt,
            validUntil: dayDate(dayHence(VALID_DAYS - 1)),
          },
        });
      }
      await tx.visit.create({
        data: {
          tenantId: tenant,
          id: newId(),
          personId,
          company: one.company,
          purpose: one.purpose,
          hostId: host.id,
          fromAt,
          toAt,
          areas: one.areas.filter(({ area }) => known.has(area)),
          state: one.state,
          announcedAt: now.minus({ hours: 8 }).toJSDate(),
          arrivedAt,
          badgeId,
          // The list shows it; a notice would come with every new demonstration.
          overdueToldAt: toAt < now.toJSDate() ? now.toJSDate() : null,
        },
      });
    }
    const name = '常州快修有限公司';
    await tx.watchEntry.create({
      data: {
        tenantId: tenant,
        id: newId(),
        kind: 'company',
        name,
        nameKey: companyKey(name),
        reason: '上次施工未办动火票，擅自动火。 / Hot work without a permit at the last job.',
        validUntil: dayDate(now.plus({ months: 6 }).toISODate() as string),
      },
    });
  });
