import type { ApplyWords } from '../../platform/features/dictionaries.ts';

/**
 * Applies a preset's hazard types: adds missing ones, offers the preset's, hides other presets'
 * types. The tenant's own types and changes are kept.
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
