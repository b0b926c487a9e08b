import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { peoplePosts } from '../people/posts.ts';

/** On this day the people of the demonstration were hired. */
const SINCE = new Date('2024-03-01');

type Demo = Partial<Omit<Prisma.PostCreateManyInput, 'skills' | 'exposures'>> & {
  code: string;
  name: string;
  kind: string;
  skills?: { skill: string; level: number }[];
  exposures?: { substance: string; route: string }[];
};

const noise = { substance: '噪声', route: 'hearing' };
/** The posts of the simulated plant, with its areas and machines. */
const posts: Demo[] = [
  {
    code: 'ZP-01',
    name: '冲压工',
    kind: 'operator',
    departmentId: 'press-shop',
    areas: ['press-line'],
    machines: ['press-1', 'press-2'],
    skills: [
      { skill: 'press-operation', level: 2 },
      { skill: 'lock-out', level: 1 },
    ],
    exposures: [noise, { substance: '金属加工液油雾', route: 'inhalation' }],
    minCrew: 2,
  },
  {
    code: 'ZP-02',
    name: '车间主任',
    kind: 'management',
    departmentId: 'press-shop',
    areas: ['press-line'],
    skills: [{ skill: 'first-aid', level: 1 }],
  },
  {
    code: 'ZZ-01',
    name: '装配工',
    kind: 'operator',
    departmentId: 'assembly',
    areas: ['assembly-area', 'robot-cell'],
    machines: ['conveyor-1', 'robot-1', 'welder-1'],
    skills: [
      { skill: 'assembly', level: 2 },
      { skill: 'robot-cell', level: 1 },
    ],
    specialWork: ['welding'],
    exposures: [{ substance: '电焊烟尘', route: 'inhalation' }],
  },
  {
    code: 'ZZ-02',
    name: '班组长',
    kind: 'operator',
    departmentId: 'assembly',
    areas: ['assembly-area', 'robot-cell', 'main-aisle'],
    machines: ['conveyor-1', 'robot-1', 'welder-1'],
    skills: [
      { skill: 'assembly', level: 3 },
      { skill: 'first-aid', level: 1 },
    ],
    specialWork: ['welding'],
    exposures: [{ substance: '电焊烟尘', route: 'inhalation' }],
  },
  {
    code: 'CC-01',
    name: '仓库管理员',
    kind: 'logistics',
    departmentId: 'warehouse',
    areas: ['rack-store', 'loading-gate'],
    specialEquipment: ['forklift'],
  },
  {
    code: 'SB-01',
    name: '维修工',
    kind: 'maintenance',
    departmentId: 'maintenance',
    areas: ['press-line', 'assembly-area', 'robot-cell'],
    machines: ['press-1', 'press-2', 'lathe-1', 'robot-1', 'conveyor-1', 'welder-1'],
    skills: [
      { skill: 'machine-repair', level: 2 },
      { skill: 'lock-out', level: 3 },
    ],
    specialWork: ['welding', 'electric-low'],
    exposures: [noise, { substance: '电焊烟尘', route: 'inhalation' }],
  },
  { code: 'AQ-01', name: '监控值班员', kind: 'safety', departmentId: 'safety' },
  {
    code: 'AQ-02',
    name: '安全员',
    kind: 'safety',
    departmentId: 'safety',
    skills: [{ skill: 'first-aid', level: 2 }],
  },
  { code: 'GL-01', name: '总经理', kind: 'management', departmentId: 'management' },
  { code: 'GL-02', name: '系统管理员', kind: 'office', departmentId: 'management' },
  { code: 'CG-01', name: '采购员', kind: 'office', departmentId: 'purchasing' },
  {
    code: 'HB-01',
    name: '环保专员',
    kind: 'office',
    departmentId: 'environment',
    skills: [{ skill: 'chemical-handling', level: 2 }],
  },
];

/**
 * Adds the posts of the demonstration where the tenant has none of that name, and gives them to its
 * people. One that was made of the words of a file, and that no user changed, gets what it asks for.
 */
export function seedDemoPosts(database: Database, tenantId: string): Promise<void> {
  return database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270302))::text`;
    const known = await tx.post.findMany();
    for (const post of posts) {
      const { code, name } = post;
      const there = known.find((one) => one.name === name || one.code === code);
      const isOfWords = there?.kind === 'other' && there.version === 1;
      if (there && !isOfWords) continue;
      const row = there
        ? await tx.post.update({
            where: { tenantId_id: { tenantId, id: there.id } },
            data: { ...post, version: 2 },
          })
        : await tx.post.create({ data: { tenantId, id: newId(), ...post } });
      await peoplePosts.recognise(tx, row);
      await tx.postHolding.updateMany({
        where: { postId: row.id, since: null, until: null, person: { sourceSystem: 'demo' } },
        data: { since: SINCE },
      });
    }
  });
}
