import type { ModuleManifest } from '../../platform/manifest.ts';
import { wallSetting } from './wall-setting.ts';

export const manifest = {
  name: 'live',
  feature: 'monitoring',
  permissions: { 'live:watch': { zh: '观看实时画面', en: 'Watch live video' } },
  grants: {
    'safety-officer': ['live:watch@all'],
    'safety-head': ['live:watch@all'],
    operator: ['live:watch@all'],
  },
  userSettings: {
    wall: {
      zh: '监控墙',
      en: 'Camera wall',
      schema: wallSetting,
    },
  },
  problems: {
    'live.unavailable': [
      503,
      'The camera cannot be watched now',
      'See the health of the camera; it is watchable again when its worker is online.',
    ],
    'live.by-mpeg1': [
      409,
      'The camera worker sends no WebRTC',
      'Ask for the picture by MPEG-1, as the page does by itself.',
    ],
    'live.engine-unavailable': [
      409,
      'The engine that was asked for does not send this view',
      'Leave engine out of the address of the page: the best one that runs is taken.',
    ],
    'live.refused': [502, 'The camera worker refused the live view', 'Try again in a moment.'],
    'live.session-unknown': [404, 'There is no such live session', 'It may have ended already.'],
  },
} as const satisfies ModuleManifest;
