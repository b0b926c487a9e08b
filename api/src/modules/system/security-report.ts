import { isLoopback } from '@anshi/contracts/tls';
import type { Bilingual } from '../../platform/manifest.ts';

/** What is judged. Nothing of it is a secret. */
export interface SecurityFacts {
  /** The address that the API listens at. */
  host: string;
  tls: boolean;
  /** Another program in front of it speaks TLS and says from where requests come. */
  trustProxy: boolean;
  publicUrl: string | null;
  /** Active accounts with the shared password of the demonstration. */
  demoAccounts: number;
  administrators: number;
  administratorsWithoutSecondFactor: number;
  databaseUrl: string;
  /** Attributes of the role that the API uses, and of the owner of its tables. */
  databaseRole: { superuser: boolean; bypassesRowSecurity: boolean };
  /** What the walk of roles, functions and grants found (platform/db/rights-walk.ts). */
  databaseRights: number;
  mqttUrl: string;
  /**
   * Permission bits of the data folder. Others may pass through it where the database has a user of its
   * own (decision 36), but neither list it nor write to it.
   */
  dataDirMode: number;
  /** Whether the keys that open sealed fields lie in the data folder, beside what they open. */
  keysInDataDir: boolean;
  scanner: boolean;
  backup: boolean;
  /** Addresses in private networks that webhooks may reach. */
  webhookExceptions: number;
}

export type SecurityState = 'ok' | 'notice' | 'danger';

export interface SecurityFinding {
  id: string;
  state: SecurityState;
  /** What was checked. */
  title: Bilingual;
  /** What was found, and what to do where it is not in order. */
  text: Bilingual;
}

const hostOf = (url: string): string => {
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
};

/**
 * What a person who runs the system should know of its safety, in a fixed order.
 *
 * `danger`: open to others now. `notice`: a decision that a plant should make knowingly.
 */
export function judgeSecurity(facts: SecurityFacts): SecurityFinding[] {
  const isPublic =
    !isLoopback(facts.host) ||
    (facts.publicUrl !== null && !isLoopback(hostOf(facts.publicUrl))) ||
    facts.trustProxy;
  return [
    judgeDemo(facts, isPublic),
    judgeTransport(facts),
    judgeDatabase(facts),
    judgeDatabaseRights(facts),
    judgeDatabaseConnection(facts),
    judgeBus(facts),
    judgeSecondFactor(facts, isPublic),
    finding(
      'data-folder',
      { zh: '数据目录权限', en: 'Data folder' },
      (facts.dataDirMode & 0o067) === 0 ? 'ok' : 'danger',
      {
        ok: {
          zh: '只有运行本系统的用户可以读取数据目录。',
          en: 'Only the user that runs the system may read the data folder.',
        },
        bad: {
          zh: `其他本机用户可以读取数据目录（${octal(facts.dataDirMode)}）。请执行 chmod 700。`,
          en: `Other users of this machine may read the data folder (${octal(facts.dataDirMode)}). Run chmod 700 on it.`,
        },
      },
    ),
    finding(
      'keys',
      { zh: '密钥存放', en: 'Place of the keys' },
      facts.keysInDataDir ? 'notice' : 'ok',
      {
        ok: { zh: '密钥与其加密的数据分开存放。', en: 'The keys lie apart from what they open.' },
        bad: {
          zh: '密钥与其加密的数据在同一目录。正式使用时请用 ANSHI_KEYRING 另行存放。',
          en: 'The keys lie beside what they open. In production keep them elsewhere, by ANSHI_KEYRING.',
        },
      },
    ),
    finding(
      'scanner',
      { zh: '上传文件查毒', en: 'Scan of uploads' },
      facts.scanner ? 'ok' : 'notice',
      {
        ok: { zh: '上传文件经过查毒。', en: 'Uploads are scanned for malicious software.' },
        bad: {
          zh: '未配置查毒。请设置 ANSHI_CLAMAV。',
          en: 'Uploads are not scanned. Set ANSHI_CLAMAV.',
        },
      },
    ),
    finding('backup', { zh: '备份', en: 'Backups' }, facts.backup ? 'ok' : 'notice', {
      ok: { zh: '已配置定期备份。', en: 'Backups are made regularly.' },
      bad: {
        zh: '未配置备份。请按手册“备份与恢复”设置。',
        en: 'No backups are made. Set them up as the manual says.',
      },
    }),
    finding(
      'webhooks',
      { zh: '网络回调的内网例外', en: 'Webhooks into private networks' },
      facts.webhookExceptions > 0 ? 'notice' : 'ok',
      {
        ok: { zh: '回调不能访问内网地址。', en: 'Webhooks reach no private address.' },
        bad: {
          zh: `有 ${facts.webhookExceptions} 个内网地址可以被回调访问（ANSHI_WEBHOOK_ALLOW）。请确认仍然需要。`,
          en: `Webhooks may reach ${facts.webhookExceptions} private addresses (ANSHI_WEBHOOK_ALLOW). Check that each is needed.`,
        },
      },
    ),
  ];
}

const octal = (mode: number) => `0${(mode & 0o777).toString(8)}`;

function finding(
  id: string,
  title: Bilingual,
  state: SecurityState,
  text: { ok: Bilingual; bad: Bilingual },
): SecurityFinding {
  return { id, state, title, text: state === 'ok' ? text.ok : text.bad };
}

function judgeDemo({ demoAccounts }: SecurityFacts, isPublic: boolean): SecurityFinding {
  const state = demoAccounts === 0 ? 'ok' : isPublic ? 'danger' : 'notice';
  return finding('demo', { zh: '演示账号', en: 'Demo accounts' }, state, {
    ok: { zh: '没有启用的演示账号。', en: 'No demo account is open.' },
    bad: {
      zh: `${demoAccounts} 个演示账号共用一个密码。正式使用前请锁定，并以 ANSHI_DEMO=0 启动。`,
      en: `${demoAccounts} demo accounts share a password. Lock them before real use, and start with ANSHI_DEMO=0.`,
    },
  });
}

function judgeTransport({ host, tls, trustProxy }: SecurityFacts): SecurityFinding {
  const title = { zh: '网页加密（TLS）', en: 'TLS of the web page' };
  if (tls) {
    return finding('tls', title, 'ok', {
      ok: { zh: '由本系统加密。', en: 'Encrypted by the API.' },
      bad: { zh: '', en: '' },
    });
  }
  const state = isLoopback(host) ? 'ok' : trustProxy ? 'notice' : 'danger';
  return finding('tls', title, state, {
    ok: { zh: '仅本机可以访问。', en: 'Reached from this machine only.' },
    bad: trustProxy
      ? {
          zh: '由前面的代理负责加密。请确认只有代理能访问本端口。',
          en: 'The proxy in front has to encrypt. Check that nothing else reaches this port.',
        }
      : {
          zh: '密码和数据以明文传输。请设置 ANSHI_TLS_CERT 与 ANSHI_TLS_KEY，或使用代理。',
          en: 'Passwords and data are sent in the clear. Set ANSHI_TLS_CERT and ANSHI_TLS_KEY, or use a proxy.',
        },
  });
}

function judgeDatabase({ databaseRole }: SecurityFacts): SecurityFinding {
  const { superuser, bypassesRowSecurity } = databaseRole;
  const state = superuser || bypassesRowSecurity ? 'danger' : 'ok';
  return finding('database-role', { zh: '数据库角色', en: 'Database role' }, state, {
    ok: {
      zh: '应用角色不是超级用户，受行级安全约束。',
      en: 'The role of the API is no superuser, and row-level security binds it.',
    },
    bad: {
      zh: '应用角色权限过大，租户隔离不起作用。请按部署手册重建角色。',
      en: 'The role of the API is too strong: tenants are not kept apart. Make it anew as the manual says.',
    },
  });
}

function judgeDatabaseRights({ databaseRights: count }: SecurityFacts): SecurityFinding {
  const title = { zh: '数据库权限', en: 'Rights in the database' };
  return finding('database-rights', title, count === 0 ? 'ok' : 'danger', {
    ok: {
      zh: '表的所有者不是超级用户；角色、函数与授权没有多余的权限。',
      en: 'The owner of the tables is no superuser; roles, functions and grants give no more than is needed.',
    },
    bad: {
      zh: `角色、函数或授权有 ${count} 处权限过大。执行 npm run -w api roles 查看，并按部署手册“数据库角色”迁移。`,
      en: `${count} roles, functions or grants give more than is needed. npm run -w api roles lists them; move the owner as the manual of production says.`,
    },
  });
}

function judgeDatabaseConnection({ databaseUrl }: SecurityFacts): SecurityFinding {
  const host = hostOf(databaseUrl);
  const isSafe =
    host === '' ||
    isLoopback(host) ||
    /[?&]sslmode=(require|verify-ca|verify-full)\b/.test(databaseUrl);
  return finding(
    'database-tls',
    { zh: '数据库连接加密', en: 'TLS of the database' },
    isSafe ? 'ok' : 'notice',
    {
      ok: { zh: '本机连接或已加密。', en: 'On this machine, or encrypted.' },
      bad: {
        zh: '到另一台主机的连接没有要求加密。请在 DATABASE_URL 中加 sslmode=verify-full。',
        en: 'The connection to another host need not be encrypted. Add sslmode=verify-full to DATABASE_URL.',
      },
    },
  );
}

function judgeBus({ mqttUrl }: SecurityFacts): SecurityFinding {
  const isSafe = isLoopback(hostOf(mqttUrl)) || /^(mqtts|wss):/.test(mqttUrl);
  return finding(
    'bus-tls',
    { zh: '消息总线加密', en: 'TLS of the bus' },
    isSafe ? 'ok' : 'notice',
    {
      ok: { zh: '本机连接或已加密。', en: 'On this machine, or encrypted.' },
      bad: {
        zh: '到另一台主机的连接没有加密。请使用 mqtts:// 地址。',
        en: 'The connection to another host is not encrypted. Use an address with mqtts://.',
      },
    },
  );
}

function judgeSecondFactor(facts: SecurityFacts, isPublic: boolean): SecurityFinding {
  const { administrators, administratorsWithoutSecondFactor: without } = facts;
  const state = without === 0 || !isPublic ? 'ok' : 'notice';
  return finding(
    'second-factor',
    { zh: '管理员两步验证', en: 'Second factor of administrators' },
    state,
    {
      ok: {
        zh: `${administrators} 个管理员账号，${administrators - without} 个启用了两步验证。`,
        en: `${administrators - without} of ${administrators} administrators use a second factor.`,
      },
      bad: {
        zh: `${administrators} 个管理员账号中有 ${without} 个没有启用两步验证。请在“我的账号”中启用。`,
        en: `${without} of ${administrators} administrators have no second factor. Each sets it up under their account.`,
      },
    },
  );
}
