import { rules, type Violation, type ViolationRule } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { plant } from './plant.svelte.ts';

/** A rule, or a missing item as `missing-ppe/<item>`: what people filter by. */
export const kindOf = ({ rule, item }: Pick<Violation, 'rule' | 'item'>): string =>
  item === null ? rule : `${rule}/${item}`;

/** Whether a text is a rule, or `missing-ppe/` and an item. */
export const isKind = (text: string): boolean =>
  rules.some((rule) => rule === text) || /^missing-ppe\/[a-z0-9]+(-[a-z0-9]+)*$/.test(text);

/** `No hard hat`: by the company's word for the item. What is not known is shown as it is. */
export function kindName(kind: string): string {
  const [rule = kind, item] = kind.split('/');
  if (item === undefined) return i18n.t.rules[rule as ViolationRule] ?? rule;
  const word = plant.ppeItems.find(({ id }) => id === item);
  return i18n.t.missingItem(word ? i18n.name(word.name) : item);
}

/** The name of what a violation is. */
export const violationName = (violation: Pick<Violation, 'rule' | 'item'>): string =>
  kindName(kindOf(violation));

/**
 * What can be chosen: all rules, and after missing equipment each item that a camera asks for, or every
 * word of the dictionary where no camera is known.
 */
export function kindOptions(): { value: string; text: string }[] {
  const asked = plant.cameras.flatMap((camera) =>
    camera.rules.flatMap((rule) => (rule.kind === 'missing-ppe' ? rule.items : [])),
  );
  const items = asked.length > 0 ? [...new Set(asked)] : plant.ppeItems.map(({ id }) => id);
  return rules.flatMap((rule) => {
    const kinds =
      rule === 'missing-ppe' ? [rule, ...items.sort().map((item) => `${rule}/${item}`)] : [rule];
    return kinds.map((value) => ({ value, text: kindName(value) }));
  });
}
