import { Setting } from '$lib/settings/setting.svelte.ts';

type Severity = 'low' | 'medium' | 'high';
interface DeskSetting {
  /** Whether open alarms sound. */
  sound: boolean;
  /** The least severity that is an alarm here. */
  from: Severity;
}
const severities: readonly unknown[] = ['low', 'medium', 'high'] satisfies Severity[];

function parse(value: unknown): DeskSetting | null {
  const { sound, from } = (value ?? {}) as Partial<Record<keyof DeskSetting, unknown>>;
  if (typeof sound !== 'boolean' || !severities.includes(from)) return null;
  return { sound, from: from as Severity };
}

/** How the person wants the alarms of the control room. */
export const deskSetting = new Setting<DeskSetting>({
  key: 'desk',
  copy: 'anshi.desk',
  usual: () => ({ sound: false, from: 'high' }),
  parse,
  ofAccount: true,
});
