import { Setting } from '$lib/settings/setting.svelte.ts';

type Severity = 'low' | 'medium' | 'high';
interface DeskSetting {
  /** Whether open alarms sound. */
  sound: boolean;
  /** The least severity that is an alarm here. */
  from: Severity;
  /** The person chose whether alarms sound; until then the page says that they do not. */
  chosen?: boolean;
}
const severities: readonly unknown[] = ['low', 'medium', 'high'] satisfies Severity[];

function parse(value: unknown): DeskSetting | null {
  const { sound, from, chosen } = (value ?? {}) as Partial<Record<keyof DeskSetting, unknown>>;
  if (typeof sound !== 'boolean' || !severities.includes(from)) return null;
  return { sound, from: from as Severity, ...(chosen === true && { chosen }) };
}

/** How the person wants the alarms of the control room. */
export const deskSetting = new Setting<DeskSetting>({
  key: 'desk',
  copy: 'anshi.desk',
  usual: () => ({ sound: false, from: 'high' }),
  parse,
  ofAccount: true,
});

/** The person's choice, from which on the page does not ask for it. */
export const chooseSound = (sound: boolean): void =>
  deskSetting.change((value) => ({ ...value, sound, chosen: true }));
