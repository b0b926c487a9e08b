import { z } from 'zod';

/** What the review queue is grouped by. */
export const groupings = ['person', 'rule', 'camera'] as const;
export type Grouping = (typeof groupings)[number];

/** A group, as `camera:hall-west`; `person:` has those whose person is not shown. */
export const incidentGroup = z
  .string()
  .max(128)
  .regex(/^(?:person:[0-9A-Z]*|rule:[a-z0-9/-]+|camera:[a-z0-9-]+)$/);

/** The parts of a group. */
export function partsOf(group: string): { by: Grouping; value: string } {
  const [by = '', value = ''] = group.split(':', 2);
  return { by: groupings.find((one) => one === by) ?? 'rule', value };
}
