import type { Transaction } from '../../platform/db/database.ts';
import { readPurgers } from '../facts.ts';
import { type Fact, fact } from './fact.ts';

/** The data class of the audit log, which includes sign-ins and refused access. */
export const LOG_POLICY = 'audit-log';
/** Six months (Cybersecurity Law), as days: the longest six months of a year. */
export const LEAST_LOG_DAYS = 184;

/**
 * Whether the log is kept for six months: by its term in the register, by no purge that touches it,
 * by the database rights of this process, and by a complete chain from its start.
 */
export async function logTermFact(
  tx: Transaction,
  policies: readonly { id: string; retentionDays: number | null }[],
): Promise<Fact> {
  const policy = policies.find(({ id }) => id === LOG_POLICY);
  const isLongEnough =
    policy !== undefined &&
    (policy.retentionDays === null || policy.retentionDays >= LEAST_LOG_DAYS);
  const [found] = await tx.$queryRaw<
    {
      removable: boolean;
      first: bigint | null;
      last: bigint | null;
      n: bigint;
      since: Date | null;
    }[]
  >`
    SELECT has_table_privilege('audit_log', 'DELETE') OR has_table_privilege('audit_log', 'TRUNCATE')
        OR has_table_privilege('audit_log', 'UPDATE') AS removable,
      min(s.position) AS first, max(s.position) AS last, count(*) AS n,
      (SELECT min(at) FROM audit_log) AS since
    FROM audit_seal s JOIN audit_log l ON l.seq = s.seq`;
  const purgers = await readPurgers();
  const isPurged = purgers.some((one) => one.policy === LOG_POLICY) || found?.removable !== false;
  const isWhole = !found?.last || (found.first === 1n && found.last === found.n);
  const since = found?.since?.toISOString().slice(0, 10) ?? null;
  const term = policy?.retentionDays ?? null;
  if (!isLongEnough) {
    return fact(
      false,
      `登记的审计日志保存期限为 ${term ?? 0} 天，少于六个月`,
      `The register keeps the audit log for ${term ?? 0} days, less than six months`,
    );
  }
  if (isPurged || !isWhole) {
    return fact(
      false,
      isPurged ? '程序可以删改审计日志' : '审计日志封存链中有缺失的记录',
      isPurged
        ? 'The program could change or remove lines of the audit log'
        : 'Lines are missing from the chain of the audit log',
    );
  }
  return fact(
    true,
    `审计日志（含登录）自 ${since ?? '启用'} 起完整保存，${term === null ? '不设期限' : `期限 ${term} 天`}，没有清除任务触及`,
    `The audit log, sign-ins included, is complete since ${since ?? 'the start'}, kept ${term === null ? 'without an end' : `for ${term} days`}, and no removal touches it`,
  );
}
