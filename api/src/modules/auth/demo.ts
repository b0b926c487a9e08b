import { hashPassword } from '../../platform/access/passwords.ts';
import type { Database } from '../../platform/db/database.ts';
import { findByUsername, findOpenAccountOf, saveAccount } from './repository.ts';

/** User name, names, role, and the employee of the demonstration whose account it is. */
export const demoAccounts = [
  ['operator', '李值班', 'Li Zhiban', 'operator', 'E001'],
  ['safety', '王安全', 'Wang Anquan', 'safety-officer', 'E002'],
  ['admin', '系统管理员', 'Administrator', 'admin', 'E003'],
  // Guarded accounts (auditor, administrator) need two administrators for changes.
  ['admin.two', '第二管理员', 'Second administrator', 'admin', null],
  // The only role that sets up types and routing of hazards, and may manage privacy with the officer.
  ['safety.head', '安全管理部经理', 'Head of safety', 'safety-head', null],
  ['manager', '陈总', 'Chen Zong', 'manager', 'E004'],
  ['head.press', '赵冲压', 'Zhao Chongya', 'head', 'E005'],
  ['worker.press', '孙小梅', 'Sun Xiaomei', 'worker', 'E006'],
  ['leader', '班组长', 'Shift leader', 'team-leader', 'E012'],
  ['production', '生产管理员', 'Production', 'production', null],
  ['inspector', '巡检员', 'Inspector', 'inspector', null],
  ['trainer', '培训师', 'Trainer', 'trainer', null],
  ['maintainer', '吴维修', 'Wu Weixiu', 'maintainer', 'E007'],
  ['buyer', '郑采购', 'Zheng Caigou', 'purchasing', 'E008'],
  ['keeper', '冯仓管', 'Feng Cangguan', 'warehouse', 'E009'],
  ['env', '褚环保', 'Chu Huanbao', 'environment', 'E010'],
  ['help.desk', '系统咨询员', 'Help desk', 'help-desk', null],
  ['vendor', '供应商技术支持', 'Supplier support', 'vendor-support', null],
  ['custodian', '密钥保管员', 'Key custodian', 'key-custodian', null],
  ['auditor', '审计员', 'Auditor', 'auditor', null],
  ['privacy', '个人信息保护负责人', 'Privacy officer', 'privacy-officer', null],
] as const;

/**
 * Makes the demo accounts that are missing. One that is there stays as it is, also where it is locked
 * or has another password: a restart opens nothing. The people whose accounts they are were made before.
 */
export async function seedDemoAccounts(
  database: Database,
  tenant: string,
  password: string,
): Promise<void> {
  // One hash does for accounts that share a password anyway.
  let passwordHash: string | null = null;
  for (const [username, zh, en, role, employeeNo] of demoAccounts) {
    const known = await database.transaction({ tenant, user: null }, (tx) =>
      findByUsername(tx, username),
    );
    if (known) continue;
    passwordHash ??= await hashPassword(password);
    const account = { username, displayName: { zh, en }, roles: [role], demo: true, passwordHash };
    await database.transaction({ tenant, user: null }, async (tx) => {
      const person = employeeNo
        ? await tx.person.findFirst({ where: { employeeNo, status: 'active' } })
        : null;
      // An account that users gave the person is kept; a person has only one.
      const other = person && (await findOpenAccountOf(tx, person.id, { username }));
      await saveAccount(tx, tenant, { ...account, personId: person && !other ? person.id : null });
    });
  }
}
