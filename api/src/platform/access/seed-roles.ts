import { createHash } from 'node:crypto';
import { manifests } from '../../modules/manifests.ts';
import type { Bilingual } from '../manifest.ts';
import type { Grant } from './permissions.ts';

export interface SeedRole {
  id: string;
  name: Bilingual;
  permissions: Grant[];
  /**
   * False for a role that belongs to a post: a transfer removes it, and the new post gets its own.
   */
  keepOnTransfer: boolean;
}

/** The grants of the modules to a role; each manifest declares its own part. */
const grantsOf = (role: string): Grant[] =>
  manifests.flatMap((one) => (one.grants?.[role] ?? []) as readonly Grant[]);

const role = (id: string, zh: string, en: string, { ofPost = true } = {}): SeedRole => ({
  id,
  name: { zh, en },
  permissions: grantsOf(id),
  keepOnTransfer: !ofPost,
});

/**
 * The initial roles of a tenant. Afterwards they are the tenant's data; an unchanged one follows
 * this list on upgrade, see {@link seedHash}.
 *
 * Two rules hold over all modules, enforced by tests: every employee may report hazards; the
 * administrator, who grants rights, decides no case, holds no key and reveals nothing.
 */
export const seedRoles: readonly SeedRole[] = [
  role('worker', '一线员工', 'Worker', { ofPost: false }),
  role('team-leader', '班组长', 'Shift leader'),
  role('head', '部门负责人', 'Head of department'),
  role('manager', '企业管理层', 'Management'),
  role('safety-officer', '安全管理人员', 'Safety officer'),
  role('safety-head', '安全管理部门负责人', 'Head of safety'),
  role('inspector', '巡检人员', 'Inspector'),
  role('maintainer', '运维人员', 'Maintenance'),
  role('purchasing', '采购', 'Purchasing'),
  role('warehouse', '仓储', 'Store'),
  role('production', '生产', 'Production'),
  role('environment', '环保', 'Environment'),
  role('trainer', '培训专家/资深技师', 'Trainer'),
  role('help-desk', '系统使用咨询岗', 'Help desk'),
  role('vendor-support', '供应商技术支持', 'Supplier support'),
  role('key-custodian', '密钥保管员', 'Key custodian'),
  role('privacy-officer', '个人信息保护负责人', 'Privacy officer'),
  role('auditor', '审计员', 'Auditor'),
  role('operator', '监控值班员', 'Operator'),
  role('admin', '系统管理员', 'Administrator'),
];

/** Digest of a role's content, independent of the order of its grants. */
export function seedHash(role: Omit<SeedRole, 'id' | 'permissions'> & { permissions: string[] }) {
  const { name, permissions, keepOnTransfer } = role;
  const text = JSON.stringify([name.zh, name.en, [...permissions].sort(), keepOnTransfer]);
  return createHash('sha256').update(text).digest('hex');
}

/** Contents of the three roles of the first version, which users could not change. */
export const firstVersion: ReadonlySet<string> = new Set([
  'camera:read@all',
  'live:watch@all',
  'location:read@all',
  'machine:read@all',
  'system:read@all',
  'violation:read@all',
  'violation:review@all',
]);
