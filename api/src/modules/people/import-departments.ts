import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { nameFinder } from '../../platform/imports/names.ts';
import type { Fault } from '../../platform/imports/types.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Bilingual } from '../../platform/manifest.ts';

type Departments = Awaited<ReturnType<typeof readDepartments>>;
/** Read once for each unit of work, which saves several rows. */
const ofUnits = new WeakMap<Unit, Promise<Departments>>();

/** The departments of a company as a file names them, and to which the account may assign people. */
export function departmentsOf(unit: Unit, user: User): Promise<Departments> {
  const known = ofUnits.get(unit) ?? readDepartments(unit, user);
  ofUnits.set(unit, known);
  return known;
}

async function readDepartments({ tx }: Unit, user: User) {
  const all = await tx.department.findMany({
    where: { active: true },
    select: { id: true, name: true, site: true },
  });
  const reach = reachOf(user.account, 'person:manage');
  const isReached = ({ id, site }: { id: string; site: string | null }) =>
    isWithin(user.account, reach, { department: id, site });
  const within = new Set(all.filter(isReached).map(({ id }) => id));
  const names = nameFinder(
    all.map(({ id, name }) => ({ id, name: name as Bilingual })),
    { none: 'department', several: 'department-twice' },
  );
  return {
    nameOf: names.nameOf,
    /** Those to which the account may assign people. */
    names: () => all.filter(({ id }) => within.has(id)).map(({ name }) => name as Bilingual),
    /** The id, or what is wrong. */
    find(word: string): string | Fault {
      const found = names.find(word);
      if (typeof found !== 'string') return found;
      return within.has(found) ? found : { code: 'out-of-reach' };
    },
  };
}
