import { createHash } from 'node:crypto';
import type { Grant, Permission, Scope } from './permissions.ts';

export interface SeedRole {
  id: string;
  name: { zh: string; en: string };
  permissions: Grant[];
  /** False for one that belongs to a post: a transfer takes it, and the new post is given anew. */
  keepOnTransfer: boolean;
}

const at = (scope: Scope, ...list: Permission[]): Grant[] =>
  list.map((permission): Grant => `${permission}@${scope}`);

/**
 * What every role of an employee has: one's own reports, hazards and tasks. Anyone may report, whatever
 * their post; the supplier's people are no employees.
 */
const own = at('own', 'hazard:report', 'hazard:read', 'hazard:rectify');
const ofDepartment = at(
  'department',
  'hazard:report',
  'hazard:read',
  'hazard:rectify',
  'registry:read',
);
const watching = at(
  'all',
  'violation:read',
  'camera:read',
  'live:watch',
  'location:read',
  'machine:read',
  'system:read',
);
/** The full data of hazards and the verdict on them. Rectifying stays with whoever has the hazard. */
const safety: Grant[] = [
  ...watching,
  ...at('all', 'violation:review', 'hazard:report', 'hazard:read', 'hazard:identify'),
  ...at('all', 'hazard:review', 'hazard:accept', 'person:read', 'registry:read'),
  ...at('all', 'statistics:read', 'workflow:read', 'model:read'),
  ...at('own', 'hazard:rectify'),
];

const role = (
  id: string,
  zh: string,
  en: string,
  permissions: Grant[],
  { ofPost = true }: { ofPost?: boolean } = {},
): SeedRole => ({ id, name: { zh, en }, permissions, keepOnTransfer: !ofPost });

/**
 * The roles that a tenant starts with. Afterwards they are the tenant's own data; one that it never
 * changed follows this list when the program is upgraded, see {@link seedHash}.
 */
export const seedRoles: SeedRole[] = [
  role('worker', '一线员工', 'Worker', [...own, ...at('department', 'registry:read')], {
    ofPost: false,
  }),
  role('team-leader', '班组长', 'Shift leader', [
    ...ofDepartment,
    ...at('department', 'person:read'),
  ]),
  role('head', '部门负责人', 'Head of department', [
    ...ofDepartment,
    ...at('department', 'person:read', 'statistics:read', 'machine:read', 'user:read'),
  ]),
  role('manager', '企业管理层', 'Management', [
    ...at('all', 'violation:read', 'camera:read', 'machine:read', 'system:read'),
    ...at('all', 'hazard:read', 'hazard:report', 'person:read', 'registry:read'),
    ...at('all', 'statistics:read', 'workflow:read', 'access-review:manage'),
    ...at('all', 'hazard:approve', 'classified:trade-secret', 'model:read'),
  ]),
  role('safety-officer', '安全管理人员', 'Safety officer', safety),
  role('safety-head', '安全管理部门负责人', 'Head of safety', [
    ...safety,
    ...at('all', 'hazard:manage', 'workflow:manage', 'registry:manage'),
    ...at('all', 'person:manage', 'person:reveal', 'privacy:manage', 'audit:read', 'user:read'),
    ...at('all', 'model:manage', 'model:export'),
  ]),
  role('inspector', '巡检人员', 'Inspector', [
    ...at('site', 'hazard:report', 'registry:read'),
    ...at('own', 'hazard:read', 'hazard:rectify'),
    ...at('all', 'camera:read', 'machine:read'),
  ]),
  role('maintainer', '运维人员', 'Maintenance', [
    ...own,
    ...at('site', 'registry:read'),
    ...at('all', 'machine:read', 'system:read', 'classified:secret'),
  ]),
  role('purchasing', '采购', 'Purchasing', ofDepartment),
  role('warehouse', '仓储', 'Store', ofDepartment),
  role('production', '生产', 'Production', [
    ...ofDepartment,
    ...at('department', 'machine:read', 'statistics:read'),
  ]),
  role('environment', '环保', 'Environment', [
    ...ofDepartment,
    ...at('department', 'statistics:read'),
  ]),
  role('trainer', '培训专家/资深技师', 'Trainer', [
    ...own,
    ...at('site', 'registry:read', 'person:read'),
  ]),
  role('help-desk', '系统使用咨询岗', 'Help desk', [
    ...own,
    ...at('all', 'system:read', 'workflow:read', 'registry:read', 'user:read'),
  ]),
  role('vendor-support', '供应商技术支持', 'Supplier support', at('all', 'system:read')),
  role('key-custodian', '密钥保管员', 'Key custodian', [
    ...own,
    ...at('all', 'key:manage', 'system:read', 'registry:read'),
  ]),
  role('privacy-officer', '个人信息保护负责人', 'Privacy officer', [
    ...own,
    ...at('all', 'privacy:manage', 'person:read', 'registry:read', 'system:read'),
  ]),
  role('auditor', '审计员', 'Auditor', [
    ...own,
    ...at('all', 'audit:read', 'access-review:manage', 'user:read', 'system:read', 'registry:read'),
  ]),
  role('operator', '监控值班员', 'Operator', [
    ...watching,
    ...at('all', 'violation:review', 'hazard:report'),
    ...at('own', 'hazard:read', 'hazard:rectify'),
    ...at('site', 'registry:read'),
  ]),
  // No verdict on hazards, no keys, nothing to reveal: whoever gives rights does not use them.
  role('admin', '系统管理员', 'Administrator', [
    ...own,
    ...at('all', 'user:read', 'user:manage', 'role:manage', 'module:manage'),
    ...at('all', 'integration:manage', 'notification:manage', 'workflow:read', 'system:read'),
    ...at('all', 'camera:read', 'registry:read', 'registry:manage', 'model:read', 'model:manage'),
  ]),
];

/** Digest of what a role says, whatever the order of its grants. */
export function seedHash(role: Omit<SeedRole, 'id' | 'permissions'> & { permissions: string[] }) {
  const { name, permissions, keepOnTransfer } = role;
  const text = JSON.stringify([name.zh, name.en, [...permissions].sort(), keepOnTransfer]);
  return createHash('sha256').update(text).digest('hex');
}

/** What the three roles of the first version gave: such a row was never changed by people. */
export const firstVersion: ReadonlySet<string> = new Set(
  [...watching, ...at('all', 'violation:review')].sort(),
);
