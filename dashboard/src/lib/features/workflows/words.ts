import type { Dictionary } from '$lib/i18n/dictionary.ts';
import type { Change, Deadline, Definition, Fault, Recipients, Reminder } from './types.ts';

type Words = Dictionary['admin']['workflows'];
interface Bilingual {
  zh: string;
  en: string;
}
type NameOf = (name: Bilingual) => string;

export const deadlineText = (deadline: Deadline | null, t: Words): string =>
  deadline ? `${deadline.amount} ${t.units[deadline.unit]}` : t.noDeadline;

const reminderText = ({ hours }: Reminder, t: Words): string =>
  hours < 0 ? t.before(-hours) : hours === 0 ? t.atDeadline : t.after(hours);

/**
 * `states[review].deadline.amount` as "state 审核 · deadline · amount", with the workflow's names.
 */
export function pathText(
  path: string,
  definitions: readonly Definition[],
  name: NameOf,
  t: Words,
): string {
  const parts = path.match(/[^.[\]]+/g) ?? [];
  const words: string[] = [];
  let list = '';
  for (const part of parts) {
    if (words.length === 0 && (part === 'states' || part === 'transitions' || part === 'parts')) {
      list = part;
      continue;
    }
    if (list !== '' && words.length === 0) {
      const found = definitions
        .flatMap((one) => one[list as 'states' | 'transitions' | 'parts'])
        .find(({ id }) => id === part);
      const kind = (t.kinds as Record<string, string>)[list] ?? list;
      words.push(`${kind} ${found ? name(found.name) : part}`);
      continue;
    }
    words.push((t.fieldNames as Record<string, string>)[part] ?? part);
  }
  return words.join(' · ');
}

/** A value for display; complex ones as JSON. */
export function valueText(value: unknown, name: NameOf, t: Words): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  if (typeof value === 'string') return (t.units as Record<string, string>)[value] ?? value;
  if (typeof value === 'number') return String(value);
  const record = value as Record<string, unknown>;
  if ('amount' in record && 'unit' in record) return deadlineText(record as Deadline, t);
  if ('hours' in record && 'to' in record) {
    const reminder = record as Reminder;
    return `${reminderText(reminder, t)}: ${valueText(reminder.to, name, t)}`;
  }
  if ('role' in record || 'part' in record || 'user' in record) {
    const text = recipientText(record as Recipients, t);
    if (text !== null) return text;
  }
  if (isBilingual(record.name)) return name(record.name);
  if (isBilingual(record)) return name(record);
  if (Array.isArray(value)) {
    return value.length === 0 ? '—' : value.map((one) => valueText(one, name, t)).join(', ');
  }
  return JSON.stringify(value);
}

function recipientText(one: Recipients, t: Words): string | null {
  if (one.kind === 'role') return t.roleWithin(one.role, t.within[one.within]);
  if (one.kind === 'user') return t.oneUser(one.user);
  if (one.kind !== 'part') return null;
  return (t.builtInParts as Record<string, string>)[one.part] ?? one.part;
}

/** A schema fault is shown by its field: the API's reason is in English only. */
export function faultText(fault: Fault, name: NameOf, t: Words): string {
  if (fault.code !== 'shape') return name(fault.message);
  const [, ...field] = pathText(fault.path, [], name, t).split(' · ');
  return t.shapeFault(field.join(' · ') || fault.path, fault.message.en);
}

const isBilingual = (value: unknown): value is Bilingual =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value;

export const changeKey = ({ path, change }: Change): string => `${change} ${path}`;
