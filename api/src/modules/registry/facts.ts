import { type ModuleFacts, namedUse } from '../../platform/facts.ts';

const nameOf = { id: true, name: true } as const;
const byId = { id: 'asc' } as const;

export const facts: ModuleFacts = {
  uses: {
    async site(tx, site) {
      const found = { where: { site }, select: nameOf, orderBy: byId };
      return [
        namedUse('area', await tx.area.findMany(found)),
        namedUse('department', await tx.department.findMany(found)),
      ];
    },
    async floorPlan(tx, { site, plan }) {
      const where = { site, floorPlan: plan };
      return [namedUse('area', await tx.area.findMany({ where, select: nameOf, orderBy: byId }))];
    },
  },
  about: {
    /** The areas and machines of their department. */
    async person(tx, id) {
      const person = await tx.person.findFirst({ where: { id }, select: { departmentId: true } });
      const departmentId = person?.departmentId;
      if (!departmentId) return { areas: [], equipment: [] };
      const select = { id: true, name: true } as const;
      const orderBy = { id: 'asc' } as const;
      return {
        areas: await tx.area.findMany({ where: { departmentId, active: true }, select, orderBy }),
        equipment: await tx.equipment.findMany({ where: { departmentId }, select, orderBy }),
      };
    },
  },
};
