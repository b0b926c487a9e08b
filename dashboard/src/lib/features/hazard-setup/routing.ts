import type { Rule } from './setup-api.ts';

/** The kind of department that usually rectifies these types. */
const usual: readonly { kind: string; types: readonly string[] }[] = [
  { kind: 'maintenance', types: ['electrical', 'machine-guard', 'special-equipment', 'lifting'] },
  {
    kind: 'environment',
    types: ['chemical-leak', 'chemical-storage', 'dust', 'occupational-health', 'special-gas'],
  },
  { kind: 'warehouse', types: ['vehicle'] },
  { kind: 'safety', types: ['fire', 'hot-work', 'confined-space', 'management'] },
  { kind: 'training', types: ['unsafe-act'] },
];

export interface Known {
  departments: readonly { id: string; kind: string; active: boolean }[];
  types: readonly { id: string; active: boolean }[];
}

/**
 * Typical rules from the existing departments and types, without those already in the table. Major
 * hazards go to the safety department.
 */
export function exampleRules(rules: readonly Rule[], { departments, types }: Known): Rule[] {
  const ofKind = (kind: string) =>
    departments.find((one) => one.active && one.kind === kind)?.id ?? null;
  const rule = (departmentId: string | null, fields: Partial<Rule>): Rule[] =>
    departmentId === null
      ? []
      : [{ type: null, level: null, areaId: null, assignee: null, departmentId, ...fields }];
  const wanted = [
    ...usual.flatMap(({ kind, types: ids }) =>
      ids
        .filter((id) => types.some((one) => one.active && one.id === id))
        .flatMap((type) => rule(ofKind(kind), { type })),
    ),
    ...rule(ofKind('safety'), { level: 'major' }),
  ];
  const same = (a: Rule, b: Rule) =>
    a.type === b.type && a.level === b.level && a.areaId === b.areaId;
  return wanted.filter((one) => !rules.some((other) => same(one, other)));
}

export const isSame = (a: readonly Rule[], b: readonly Rule[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** A rule as sent: without the id assigned by the table. */
export const withoutId = ({ type, level, areaId, departmentId, assignee }: Rule): Rule => ({
  type,
  level,
  areaId,
  departmentId,
  assignee,
});
