import type { CameraConfig } from '@anshi/contracts';
import { itemsOf } from '../detect/card/ppe.ts';
import type { PpeCard } from '../detect/model-card.ts';

/** Rules on items that the model never shows as missing: they would never record anything. */
export function unseenItems({ id, rules }: CameraConfig, card: PpeCard): string[] {
  const seen = itemsOf(card);
  return rules.flatMap((rule) => {
    if (rule.kind !== 'missing-ppe') return [];
    const unseen = rule.items.filter((item) => !seen.find((one) => one.item === item)?.missing);
    if (unseen.length === 0) return [];
    const known = seen.flatMap(({ item, missing }) => (missing ? [item] : [])).join(', ');
    return [
      `camera "${id}": rule "${rule.id}": the model "${card.name}" does not show that ${unseen.join(', ')} is missing; it knows ${known || 'no item'}`,
    ];
  });
}
