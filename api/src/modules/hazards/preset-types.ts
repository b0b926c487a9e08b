import type { ApplyWords } from '../../platform/features/dictionaries.ts';

/**
 * Brings the types of hazards of a preset: adds those that are missing, offers those that it names,
 * hides the others that presets know. Types that the tenant made, and what it changed in any, stay.
 */
export const applyPresetTypes: ApplyWords = async (tx, tenantId, chosen, all) => {
  const known = new Set(
    (await tx.hazardType.findMany({ select: { id: true } })).map(({ id }) => id),
  );
  const missing = chosen.filter(({ id }) => !known.has(id));
  await tx.hazardType.createMany({
    data: missing.map(({ id, name }) => ({
      tenantId,
      id,
      name: { ...name },
      defaultLevel: 'general',
    })),
  });
  const ids = chosen.map(({ id }) => id);
  const others = all.map(({ id }) => id).filter((id) => !ids.includes(id));
  await tx.hazardType.updateMany({
    where: { id: { in: ids }, active: false },
    data: { active: true },
  });
  const hidden = await tx.hazardType.updateMany({
    where: { id: { in: others }, active: true },
    data: { active: false },
  });
  return { added: missing.length, hidden: hidden.count };
};
