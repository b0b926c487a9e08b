import type { Bilingual, ViolationRule } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';

/** A rule, or a missing item as `missing-ppe/<item>` (`violationKind` of the contracts). */
export function kindOf({ rule, item }: { rule: string; item: string | null }): string {
  return item === null ? rule : `${rule}/${item}`;
}

/** The kind of a row of `violation v`. */
export const kindColumn = Prisma.sql`(v.rule || coalesce('/' || v.item, ''))`;

/** Rows of `violation v` that a model found: what the API itself found says nothing of models. */
export const byModels = Prisma.sql`(v.rule <> 'unqualified-operator')`;

/** Rows of `violation v` of one of these kinds; `missing-ppe` has those of all items. */
export const ofKinds = (kinds: readonly string[]): Prisma.Sql =>
  Prisma.sql`(v.rule = ANY (${[...kinds]}) OR ${kindColumn} = ANY (${[...kinds]}))`;

const ruleNames: Record<ViolationRule, Bilingual> = {
  'missing-ppe': { zh: '未穿戴防护用品', en: 'Missing protective equipment' },
  'zone-intrusion': { zh: '闯入区域', en: 'Zone intrusion' },
  'line-crossing': { zh: '越线', en: 'Line crossing' },
  'person-down': { zh: '人员倒地', en: 'Person down' },
  'hand-in-danger': { zh: '手入危险区', en: 'Hand in danger' },
  running: { zh: '奔跑', en: 'Running' },
  climbing: { zh: '攀爬', en: 'Climbing' },
  'phone-use': { zh: '使用手机', en: 'Phone in use' },
  loitering: { zh: '长时间逗留', en: 'Loitering' },
  'over-occupancy': { zh: '区域超员', en: 'Too many people in a zone' },
  'lone-work': { zh: '单人作业', en: 'Lone work' },
  'unattended-machine': { zh: '设备无人值守', en: 'Unattended machine' },
  'unqualified-operator': { zh: '操作人员无资格', en: 'Unqualified operator' },
};

/** Hard hat -> hard hat; PVC apron stays. */
const inSentence = (name: string) =>
  /^[A-Z][^A-Z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;

/** Names a kind for people: `No hard hat`. An unknown item or rule is named by its id. */
export type NameKind = (kind: string) => Bilingual;

/** Names kinds with the tenant's words for the items. */
export async function kindNames(tx: Transaction): Promise<NameKind> {
  const words = await wordsIn(tx, 'ppe-item');
  const items = new Map(words.map(({ id, name }) => [id, name]));
  return (kind) => {
    const [rule = kind, item] = kind.split('/');
    if (item === undefined) return ruleNames[rule as ViolationRule] ?? { zh: rule, en: rule };
    const name = items.get(item) ?? { zh: item, en: item };
    return { zh: `未穿戴${name.zh}`, en: `No ${inSentence(name.en)}` };
  };
}

/** How severe a violation is, as part of a sentence. */
export const severityTexts: Readonly<Record<string, Bilingual>> = {
  low: { zh: '一般', en: 'low severity' },
  medium: { zh: '较重', en: 'medium severity' },
  high: { zh: '严重', en: 'high severity' },
};
