import type { ModuleManifest } from '../../platform/manifest.ts';
import { named } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'presence',
  // It reads what the positions of badges are kept in.
  partOf: 'locations',
  facts: true,
  feature: 'positioning',
  problems: {
    'presence.range': [
      422,
      'The time is not one that can be played',
      'From before to, a day at most, and not in the future.',
    ],
    'presence.not-tracked': [
      409,
      'There is no way of this person',
      'The badge of this person is not tracked.',
    ],
  },
  fields: {
    employeeNo: ['工号。', "The company's number of the employee."],
    department: ['部门。', 'The department.'],
    area: ['区域；不在任何区域内时为 null。', 'The area; null outside of all.'],
  },
  audit: { actions: named({ 'replay-way': ['回放了行走路线：', 'played the way of'] }) },
  liveTopics: {
    presence: { permission: 'location:read', feature: 'positioning', droppable: true },
  },
} as const satisfies ModuleManifest;
