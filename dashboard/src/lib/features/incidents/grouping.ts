import type { Answer, Incident } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { kindName, kindOf } from '$lib/plant/violation-kind.ts';
import { oneOf, plainText, Setting } from '$lib/settings/setting.svelte.ts';
import { groupWords } from './group-words.ts';

/** What the review queue can be grouped by; `episode`: each incident by itself, newest or oldest first. */
export const groupings = ['episode', 'person', 'rule', 'camera'] as const;
export type QueueGrouping = (typeof groupings)[number];
/** A grouping with groups. */
export type Grouping = Exclude<QueueGrouping, 'episode'>;

/** A group as the API counts it. */
export type GroupSummary = Answer<'/api/v1/incident-groups', 'get'>['items'][number];

/** The reviewer's choice, kept with the account. */
export const reviewGrouping = new Setting<QueueGrouping>({
  key: 'review-grouping',
  copy: 'anshi.review-grouping',
  usual: () => 'episode',
  parse: oneOf(groupings),
  text: plainText,
  ofAccount: true,
});

/** The group of an incident, as the API makes it of what is shown. */
export function groupOf({ main, person }: Incident, by: Grouping): string {
  if (by === 'rule') return `rule:${kindOf(main)}`;
  return by === 'camera' ? `camera:${main.camera}` : `person:${person?.id ?? ''}`;
}

/** The title of a group. */
export function groupName({ group, person, cameraName }: GroupSummary): string {
  const value = group.slice(group.indexOf(':') + 1);
  if (group.startsWith('rule:')) return kindName(value);
  if (group.startsWith('camera:')) return cameraName ? i18n.name(cameraName) : value;
  if (person === null) return groupWords.t.notShown;
  return person.name || groupWords.t.unknownName;
}
