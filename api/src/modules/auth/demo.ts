import { hashPassword, passwordMatches } from '../../platform/access/passwords.ts';
import type { Database } from '../../platform/db/database.ts';
import { findByUsername, findOpenAccountOf, saveAccount } from './repository.ts';

/** User name, names, role, and the employee of the demonstration whose account it is. */
const demoAccounts = [
  ['operator', '李值班', 'Li Zhiban', 'operator', 'E001'],
  ['safety', '王安全', 'Wang Anquan', 'safety-officer', 'E002'],
  ['admin', '系统管理员', 'Administrator', 'admin', 'E003'],
  // What opens the account of an auditor or of an administrator takes two of them.
  ['admin.two', '第二管理员', 'Second administrator', 'admin', null],
  ['manager', '陈总', 'Chen Zong', 'manager', 'E004'],
  ['head.press', '赵冲压', 'Zhao Chongya', 'head', 'E005'],
  ['worker.press', '孙小梅', 'Sun Xiaomei', 'worker', 'E006'],
  ['maintainer', '吴维修', 'Wu Weixiu', 'maintainer', 'E007'],
  ['buyer', '郑采购', 'Zheng Caigou', 'purchasing', 'E008'],
  ['keeper', '冯仓管', 'Feng Cangguan', 'warehouse', 'E009'],
  ['env', '褚环保', 'Chu Huanbao', 'environment', 'E010'],
  ['custodian', '密钥保管员', 'Key custodian', 'key-custodian', null],
  ['auditor', '审计员', 'Auditor', 'auditor', null],
  ['privacy', '个人信息保护负责人', 'Privacy officer', 'privacy-officer', null],
] as const;

/**
 * Makes the demo accounts, or gives them the password of this run. The people whose accounts they
 * are were made before.
 */
export async function seedDemoAccounts(
  database: Database,
  tenant: string,
  password: string,
): Promise<void> {
  // One hash does for accounts that share a password anyway: a start compares once, not for each.
  let fresh: string | null = null;
  const checked = new Map<string, boolean>();
  for (const [username, zh, en, role, employeeNo] of demoAccounts) {
    const { known, personId } = await database.transaction({ tenant, user: null }, async (tx) => {
      const person = employeeNo
        ? await tx.person.findFirst({ where: { employeeNo, status: 'active' } })
        : null;
      // An account that people gave the person is theirs, and nobody has two.
      const other = person && (await findOpenAccountOf(tx, person.id, { username }));
      const personId = person && !other ? person.id : null;
      return { known: await findByUsername(tx, username), personId };
    });
    // An account of the same name that people made is theirs.
    if (known && !known.demo) continue;
    if (known) {
      const { passwordHash } = known;
      const same = checked.get(passwordHash) ?? (await passwordMatches(passwordHash, password));
      checked.set(passwordHash, same);
      if (same && (known.personId !== null || personId === null)) continue;
    }
    fresh ??= await hashPassword(password);
    const account = { username, displayName: { zh, en }, roles: [role], demo: true, personId };
    const passwordHash = fresh;
    await database.transaction({ tenant, user: null }, (tx) =>
      saveAccount(tx, tenant, { ...account, passwordHash }),
    );
  }
}
