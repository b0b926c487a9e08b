import type { ModuleFacts } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
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
