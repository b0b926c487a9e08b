import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'roles',
  partOf: 'users',
  permissions: { 'role:manage': { zh: '管理角色与权限', en: 'Manage roles' } },
  grants: { admin: ['role:manage@all'] },
  problems: {
    'role.guarded': [
      409,
      'The role has holders, and would give them a guarded duty',
      'Put the duty into a role that nobody holds yet, and give that role: each giving asks a second person.',
    ],
    'role.unknown': [404, 'There is no such role', 'See GET /api/v1/roles.'],
    'role.in-use': [409, 'The role is in use', 'Take it from its holders first.'],
    'role.seeded': [
      409,
      'The role belongs to the program',
      'Take its permissions away instead; it would come back with the next start.',
    ],
    'role.version-conflict': [
      409,
      'Someone else changed the role meanwhile',
      'Look at the row in current, and change it again with its version.',
    ],
    'role.last-manager': [
      409,
      'No other account can manage roles',
      'Give role:manage to another active account first.',
    ],
    'role.conflict': [
      409,
      'These rights must not lie in one hand',
      'Give them to different people, or have another administrator record an exception with its reason.',
    ],
  },
  audit: { entities: { role: { zh: '角色', en: 'role' } } },
  tables: ['role', 'duty_override'],
  published: ['role'],
} as const satisfies ModuleManifest;
