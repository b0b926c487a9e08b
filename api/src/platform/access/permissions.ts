/**
 * What a role can give, as resource:action. A route names one of these; there is no other way in.
 * A module adds its own here, with the words that an administrator reads beside them.
 */
export const permissions = {
  'violation:read': { zh: '查看违章记录', en: 'See violations' },
  'violation:review': { zh: '审核违章记录', en: 'Review violations' },
  'camera:read': { zh: '查看摄像头', en: 'See cameras' },
  'live:watch': { zh: '观看实时画面', en: 'Watch live video' },
  'location:read': { zh: '查看人员位置', en: 'See where people are' },
  'machine:read': { zh: '查看设备状态', en: 'See the state of machines' },
  'system:read': { zh: '查看系统状态', en: 'See the state of the system' },
  'user:read': { zh: '查看账号', en: 'See accounts' },
  'user:manage': { zh: '管理账号', en: 'Manage accounts' },
  'role:manage': { zh: '管理角色与权限', en: 'Manage roles' },
  'access-review:manage': { zh: '定期权限复核', en: 'Review who has access' },
  'registry:read': { zh: '查看部门、区域与设备', en: 'See departments, areas and machines' },
  'registry:manage': { zh: '维护部门、区域与设备', en: 'Manage departments, areas and machines' },
  'classified:secret': { zh: '查看涉密参数', en: 'See secret data of machines' },
  'classified:trade-secret': { zh: '查看商业秘密', en: 'See trade secrets' },
  'person:read': { zh: '查看人员档案', en: 'See the files of people' },
  'person:manage': { zh: '维护人员档案', en: 'Manage the files of people' },
  'person:reveal': { zh: '查看敏感信息原文', en: 'Reveal sensitive fields' },
  'privacy:manage': { zh: '管理个人信息保护', en: 'Manage privacy' },
  'key:manage': { zh: '保管密钥', en: 'Keep the keys' },
  'audit:read': { zh: '查看审计日志', en: 'Read the audit log' },
  'statistics:read': { zh: '查看统计', en: 'See statistics' },
  'module:manage': { zh: '启用与停用模块', en: 'Switch modules on and off' },
  'workflow:read': { zh: '查看流程配置', en: 'See workflows' },
  'workflow:manage': { zh: '修改流程配置', en: 'Change workflows' },
  'integration:manage': { zh: '管理对接与推送', en: 'Manage webhooks and channels' },
  'notification:manage': { zh: '管理通知渠道', en: 'Manage how notices are sent' },
  'model:read': { zh: '查看识别模型', en: 'See the models' },
  'model:manage': { zh: '管理识别模型与复审', en: 'Manage and review the models' },
  'model:export': { zh: '导出训练图片', en: 'Export pictures for training' },
  'hazard:report': { zh: '上报隐患', en: 'Report hazards' },
  'hazard:read': { zh: '查看隐患', en: 'See hazards' },
  'hazard:identify': {
    zh: '查看上报人与原始证据',
    en: 'See who reported, and the original evidence',
  },
  'hazard:review': { zh: '审核与分派隐患', en: 'Review and assign hazards' },
  'hazard:rectify': { zh: '整改隐患', en: 'Rectify hazards' },
  'hazard:accept': { zh: '验收销号', en: 'Accept and close hazards' },
  'hazard:approve': {
    zh: '批准重大隐患治理方案与评估结果',
    en: 'Approve plans for major hazards and their assessment',
  },
  'hazard:manage': { zh: '配置隐患类型与分派规则', en: 'Set up hazard types and routing' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type Permission = keyof typeof permissions;

/** From the narrowest to the widest: what is one's own, of one's departments, of one's site, all. */
export const scopes = ['own', 'department', 'site', 'all'] as const;
export type Scope = (typeof scopes)[number];

/**
 * What is not divided by departments, sites or people: pictures of cameras, positions, the settings
 * of the tenant. These are given for all or not at all. A narrower grant would read as a limit that
 * no query keeps, so it gives nothing.
 */
const undivided: ReadonlySet<Permission> = new Set<Permission>([
  'violation:read',
  'violation:review',
  'camera:read',
  'live:watch',
  'location:read',
  'system:read',
  'model:read',
  'model:manage',
  'model:export',
  'access-review:manage',
  'classified:secret',
  'classified:trade-secret',
  'privacy:manage',
  'key:manage',
  'module:manage',
  'workflow:read',
  'workflow:manage',
  'integration:manage',
  'notification:manage',
  'hazard:manage',
]);

/** The scopes that a permission can be given with. */
export const scopesOf = (permission: Permission): readonly Scope[] =>
  undivided.has(permission) ? ['all'] : scopes;

/** A permission and how far it reaches, as a role keeps it: `hazard:read@department`. */
export type Grant = `${Permission}@${Scope}`;

/** @returns null for one that this version does not know, or that has no such scope. */
export function readGrant(grant: string): { permission: Permission; scope: Scope } | null {
  const [permission, scope] = grant.split('@');
  if (permission === undefined || !(permission in permissions)) return null;
  if (!scopesOf(permission as Permission).includes(scope as Scope)) return null;
  return { permission: permission as Permission, scope: scope as Scope };
}

/** The widest scope of each permission among the grants of all roles. */
export function mergeGrants(grants: readonly string[]): Map<Permission, Scope> {
  const merged = new Map<Permission, Scope>();
  for (const grant of grants) {
    const read = readGrant(grant);
    if (!read) continue;
    const before = merged.get(read.permission);
    if (before === undefined || scopes.indexOf(read.scope) > scopes.indexOf(before)) {
      merged.set(read.permission, read.scope);
    }
  }
  return merged;
}
