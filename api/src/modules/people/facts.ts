import { type ModuleFacts, openOf, type Removed } from '../../platform/facts.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { fileSections } from './file-section.ts';
import { merge } from './merging.ts';

const countOf = async (
  tx: Parameters<NonNullable<NonNullable<ModuleFacts['about']>['area']>>[0],
  department: string | null | undefined,
) => (department ? tx.person.count({ where: { departmentId: department, status: 'active' } }) : 0);

export const facts: ModuleFacts = {
  fileSections,
  merge,
  about: {
    async area(tx, id) {
      const area = await tx.area.findFirst({ where: { id }, select: { departmentId: true } });
      return { counts: { people: await countOf(tx, area?.departmentId) } };
    },
    async equipment(tx, id) {
      const machine = await tx.equipment.findFirst({
        where: { id },
        select: { departmentId: true },
      });
      return { counts: { people: await countOf(tx, machine?.departmentId) } };
    },
  },
  async leaving(tx, person) {
    const badges = await tx.badge.findMany({
      where: { personId: person, until: null },
      orderBy: { since: 'asc' },
    });
    const hosted = await tx.person.findMany({
      where: { hostId: person, status: 'active' },
      select: { id: true, name: true },
      orderBy: { employeeNo: 'asc' },
    });
    return [
      ...openOf(
        { zh: '未收回的工牌', en: 'Badges to return' },
        badges.map(({ badge, dueBack }) => {
          const day = dayText(dueBack);
          return {
            text: {
              zh: day === null ? badge : `${badge}（借用，应于 ${day} 归还）`,
              en: day === null ? badge : `${badge} (lent, due back on ${day})`,
            },
            link: null,
          };
        }),
      ),
      ...openOf(
        { zh: '由其接待的人员', en: 'People they are the host of' },
        hosted.map(({ id, name }) => ({
          text: { zh: name, en: name },
          link: `/admin/people/${id}`,
        })),
      ),
    ];
  },
  ownData: {
    export: async (tx, { person }) => ({
      plannedSteps: (
        await tx.personStep.findMany({ where: { personId: person }, orderBy: { id: 'asc' } })
      ).map(({ kind, day, state, departmentId, post, createdAt }) => ({
        kind,
        day: dayText(day),
        state,
        departmentId,
        post,
        createdAt: createdAt.toISOString(),
      })),
    }),
  },
  /** Identity number and phone are required by law while the person is employed. */
  async erase({ tx }, { id, status }) {
    if (status !== 'left') return [];
    const { count } = await tx.personSensitive.deleteMany({ where: { personId: id } });
    return [{ policy: 'person-sensitive', count }];
  },
  purgers: [
    {
      // From the day of leaving.
      policy: 'person-sensitive',
      most: 1000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM person_sensitive s USING (
          SELECT id, left_on FROM person WHERE status = 'left' AND left_on < ${cutoff}
            AND id IN (SELECT person_id FROM person_sensitive) LIMIT ${most}
        ) p WHERE s.person_id = p.id
        RETURNING s.person_id AS id, p.left_on::timestamptz AS at`,
    },
  ],
};
