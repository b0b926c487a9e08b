type Words = { zh: string; en: string };

/** Parameters of a rule that a tenant may change. */
export type RuleParams = Record<string, number>;

/** A detection rule; `kind` selects its query. */
export interface UnusualRule {
  id: string;
  kind: 'burst' | 'night' | 'failed-by-account' | 'failed-by-address' | 'addresses';
  name: Words;
  severity: 'info' | 'warning' | 'critical';
  /** Restricts the rule to some lines. */
  actions: string[];
  /**
   * `windowMinutes`: length of the window. `minimum`: least count of a finding. `factor`: multiple
   * of the same user's usual count in such a window. `fromHour`, `toHour`: the night. `usualShare`:
   * percentage of a user's lines at night from which on night work is usual.
   */
  params: RuleParams;
  words: (found: { who: string; count: number }, params: RuleParams) => Words;
}

/** The default rules, as data; a tenant's parameters are in `audit_rule`. */
export const unusualRules: readonly UnusualRule[] = [
  {
    id: 'bulk-reading',
    kind: 'burst',
    name: { zh: '大量查看或导出敏感数据', en: 'Much sensitive data read or exported' },
    severity: 'critical',
    actions: ['reveal', 'export', 'download'],
    params: { windowMinutes: 60, minimum: 15, factor: 3 },
    words: ({ who, count }, { windowMinutes }) => ({
      zh: `${who} 在 ${windowMinutes} 分钟内查看原文、导出或下载 ${count} 次，远多于其平时`,
      en: `${who} revealed, exported or downloaded ${count} times within ${windowMinutes} minutes, far more than they usually do`,
    }),
  },
  {
    id: 'mass-change',
    kind: 'burst',
    name: { zh: '短时间内大量修改', en: 'Many changes in a short time' },
    severity: 'warning',
    actions: ['create', 'update', 'revoke', 'grant'],
    params: { windowMinutes: 10, minimum: 60, factor: 5 },
    words: ({ who, count }, { windowMinutes }) => ({
      zh: `${who} 在 ${windowMinutes} 分钟内修改 ${count} 次`,
      en: `${who} made ${count} changes within ${windowMinutes} minutes`,
    }),
  },
  {
    id: 'mass-delete',
    kind: 'burst',
    name: { zh: '大量删除', en: 'Many deletions' },
    severity: 'critical',
    actions: ['delete', 'purge'],
    params: { windowMinutes: 60, minimum: 10, factor: 3 },
    words: ({ who, count }, { windowMinutes }) => ({
      zh: `${who} 在 ${windowMinutes} 分钟内删除 ${count} 次`,
      en: `${who} deleted ${count} times within ${windowMinutes} minutes`,
    }),
  },
  {
    id: 'night',
    kind: 'night',
    name: { zh: '夜间操作', en: 'Use at night' },
    severity: 'warning',
    actions: ['reveal', 'export', 'download', 'create', 'update', 'delete', 'grant', 'revoke'],
    params: { windowMinutes: 480, minimum: 5, fromHour: 23, toHour: 5, usualShare: 10 },
    words: ({ who, count }, { fromHour, toHour }) => ({
      zh: `${who} 在夜间（${fromHour} 时至 ${toHour} 时）操作 ${count} 次，平时夜间不使用系统`,
      en: `${who} did ${count} things at night (${fromHour}:00 to ${toHour}:00), when they do not usually work`,
    }),
  },
  {
    id: 'failed-sign-ins',
    kind: 'failed-by-account',
    name: { zh: '账号多次登录失败', en: 'Many failed sign-ins of an account' },
    severity: 'warning',
    actions: ['sign-in-failed'],
    params: { windowMinutes: 30, minimum: 5 },
    words: ({ who, count }, { windowMinutes }) => ({
      zh: `账号 ${who} 在 ${windowMinutes} 分钟内登录失败 ${count} 次`,
      en: `Signing in as ${who} failed ${count} times within ${windowMinutes} minutes`,
    }),
  },
  {
    id: 'guessing',
    kind: 'failed-by-address',
    name: { zh: '同一地址多次登录失败', en: 'Many failed sign-ins from one address' },
    severity: 'critical',
    actions: ['sign-in-failed'],
    params: { windowMinutes: 60, minimum: 20 },
    words: ({ who, count }, { windowMinutes }) => ({
      zh: `地址 ${who} 在 ${windowMinutes} 分钟内登录失败 ${count} 次`,
      en: `${count} sign-ins from ${who} failed within ${windowMinutes} minutes`,
    }),
  },
  {
    id: 'many-addresses',
    kind: 'addresses',
    name: { zh: '一个账号从多个地址使用', en: 'One account from many addresses' },
    severity: 'warning',
    actions: [],
    params: { windowMinutes: 60, minimum: 4 },
    words: ({ who, count }, { windowMinutes }) => ({
      zh: `账号 ${who} 在 ${windowMinutes} 分钟内从 ${count} 个地址使用`,
      en: `The account ${who} was used from ${count} addresses within ${windowMinutes} minutes`,
    }),
  },
];
