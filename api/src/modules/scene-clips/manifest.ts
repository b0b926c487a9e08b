import type { ModuleManifest } from '../../platform/manifest.ts';
import { named } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'scene-clips',
  partOf: 'violations',
  facts: true,
  feature: 'monitoring',
  audit: {
    entities: named({
      'scene-clip': ['现场其他摄像机录像', 'clip of another camera of the scene'],
    }),
    actions: named({
      'order-clips': ['调取了其他摄像机录像：', 'asked for the clips of the other cameras of'],
    }),
  },
  tables: ['scene_clip'],
} as const satisfies ModuleManifest;
