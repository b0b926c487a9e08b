import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'area-rights',
  // Without the register of qualifications there is no matcher to ask.
  feature: 'qualifications',
  problems: {
    'area-right.no-person': [
      409,
      'The account belongs to no person',
      'Have the administrator link the account to a person.',
    ],
  },
  fields: {
    door: ['是否有门禁点。', 'Whether a door asks before it opens.'],
    fence: ['是否有电子围栏。', 'Whether an electronic fence watches it.'],
    ofPost: ['是否属于本人岗位的区域。', 'Whether a post of the person names it.'],
    outline: ['区域在平面图上的轮廓（米）。', 'Its outline on the plan, metres.'],
  },
} as const satisfies ModuleManifest;
