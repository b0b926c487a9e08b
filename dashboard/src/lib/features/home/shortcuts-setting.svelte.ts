import { Setting } from '$lib/settings/setting.svelte.ts';

interface ShortcutsSetting {
  /** Ids in the person's order; null for the default of the roles. */
  chosen: readonly string[] | null;
}

function parse(value: unknown): ShortcutsSetting | null {
  const { chosen } = (value ?? {}) as { chosen?: unknown };
  if (chosen === null) return { chosen };
  if (!Array.isArray(chosen) || !chosen.every((id) => typeof id === 'string')) return null;
  return { chosen };
}

/** The shortcuts of the home page. */
export const shortcuts = new Setting<ShortcutsSetting>({
  key: 'shortcuts',
  copy: 'anshi.shortcuts',
  usual: () => ({ chosen: null }),
  parse,
  ofAccount: true,
});
