import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'calendar',
  // The workflow engine computes deadlines with it.
  partOf: 'workflow',
  folders: ['platform/calendar'],
  problems: {
    'calendar.conflict': [
      409,
      'Someone else changed the working calendar meanwhile',
      'Look at current, and make your change again on its version.',
    ],
  },
  audit: { entities: { calendar: { zh: '工作日历', en: 'calendar' } } },
  tables: ['working_calendar'],
} as const satisfies ModuleManifest;
