import { Setting } from '$lib/settings/setting.svelte.ts';
import { type Layout, layouts } from './layout.ts';

interface WallSetting {
  /** Tiles on a page; null for as many as there are cameras. */
  layout: Layout | null;
  /** Whether boxes and zones are drawn over the pictures. */
  overlays: boolean;
}

function parse(value: unknown): WallSetting | null {
  const { layout, overlays } = (value ?? {}) as Partial<Record<keyof WallSetting, unknown>>;
  const known = layouts.find((one) => one === layout) ?? null;
  if ((known === null && layout !== null) || typeof overlays !== 'boolean') return null;
  return { layout: known, overlays };
}

/** How the person wants the camera wall. */
export const wall = new Setting<WallSetting>({
  key: 'wall',
  copy: 'anshi.wall',
  usual: () => ({ layout: null, overlays: true }),
  parse,
});
