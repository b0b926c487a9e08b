import { Setting } from '$lib/settings/setting.svelte.ts';
import { parseWall, usualWall, type WallValue } from './wall-value.ts';

/** How the person wants the camera wall. */
export const wall = new Setting<WallValue>({
  key: 'wall',
  copy: 'anshi.wall',
  usual: usualWall,
  parse: parseWall,
  ofAccount: true,
});
