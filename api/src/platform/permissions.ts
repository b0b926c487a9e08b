/** What a role can give. A route names one of these; there is no other way in. */
export const permissions = [
  'violation:read',
  'violation:review',
  'camera:read',
  'live:watch',
  'location:read',
  'machine:read',
  'system:read',
] as const;

export type Permission = (typeof permissions)[number];

/** The roles that a new tenant starts with. Afterwards they are the tenant's own data. */
export const seedRoles: {
  id: string;
  name: { zh: string; en: string };
  permissions: Permission[];
}[] = [
  {
    id: 'operator',
    name: { zh: '监控值班员', en: 'Operator' },
    permissions: [
      'violation:read',
      'violation:review',
      'camera:read',
      'live:watch',
      'location:read',
      'machine:read',
      'system:read',
    ],
  },
  {
    id: 'safety-officer',
    name: { zh: '安全员', en: 'Safety officer' },
    permissions: [...permissions],
  },
  { id: 'admin', name: { zh: '管理员', en: 'Administrator' }, permissions: [...permissions] },
];
