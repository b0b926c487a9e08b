import type { ModuleManifest } from '../../platform/manifest.ts';

/** Its conditions belong to the configuration of cameras: it has no table of its own. */
export const manifest = {
  name: 'arming',
  feature: 'monitoring',
  fields: {
    armed: [
      '规则何时生效：设备、班次、日历或作业票；省略为始终。',
      'When the rules apply: by machine, shift, calendar or permit; always where left out.',
    ],
  },
} as const satisfies ModuleManifest;
