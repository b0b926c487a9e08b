import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'incident-chain',
  feature: 'monitoring',
  fields: {
    part: [
      '事前、事中或事后。',
      'Before, during or after: what should have prevented it, what reacted, and what was made of it.',
    ],
    tone: ['显示时的色调。', 'How it is coloured.'],
  },
} as const satisfies ModuleManifest;
