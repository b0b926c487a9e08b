import type { Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Rotation } from '../../platform/sealed/rotation.ts';
import { assessments } from './assessments.ts';
import { fact } from './fact.ts';
import { logTermFact } from './log-term.ts';
import { merge } from './merging.ts';
import { noticeFacts } from './notice-facts.ts';
import { register } from './register.ts';

const DAY_MS = 86_400_000;
const daysSince = (at: Date, now: Date) => Math.floor((now.getTime() - at.getTime()) / DAY_MS);

/** Transport settings of this process. */
export interface Transport {
  /** TLS is terminated here, or by the proxy in front. */
  http: boolean;
  mqtt: boolean;
}

/** The name of a purpose; of one that was never set up its id. */
const nameOf = (purpose: { name: unknown } | undefined, id = '') =>
  (purpose?.name as Bilingual | undefined) ?? { zh: id, en: id };

export type Facts = Awaited<ReturnType<typeof gatherFacts>>;

/** The current state, read from its sources. What cannot be read is not reported. */
export async function gatherFacts(
  tx: Transaction,
  options: { tenant: string; rotation: Rotation; transport: Transport; now: Date },
) {
  const { now, transport } = options;
  const policies = await register(tx);
  const personal = policies.filter((policy) => policy.personal);
  const owned = personal.filter(({ department, person }) => department && person);
  const custodian = await tx.keyCustody.findFirst({ orderBy: { seq: 'desc' } });
  const purposes = await tx.consentPurpose.findMany({
    distinct: ['id'],
    orderBy: [{ id: 'asc' }, { version: 'desc' }],
  });
  const asked = purposes.filter(({ active }) => active);
  const assessed = (await assessments(tx)).filter(
    ({ conclusion }) => conclusion !== 'not-acceptable',
  );
  const covered = new Set(assessed.flatMap((one) => one.purposes));
  const uncovered = asked.filter(({ id, sensitive }) => sensitive && !covered.has(id));
  const purge = await tx.purgeProof.findFirst({ orderBy: { id: 'desc' } });
  const over = await tx.locationHistory.findFirst({
    where: {
      generatedAt: {
        lt: new Date(now.getTime() - (retention(policies, 'location-history') + 2) * DAY_MS),
      },
    },
    select: { generatedAt: true },
  });
  const overdue = await tx.dataRequest.count({ where: { state: 'open', dueAt: { lt: now } } });
  const backup = await tx.backupRun.findFirst({
    where: { kind: 'backup', ok: true },
    orderBy: { finishedAt: 'desc' },
  });
  const backupAge = backup ? daysSince(backup.finishedAt, now) : null;
  const [chain] = await tx.$queryRaw<{ sealed: bigint; late: bigint }[]>`
    SELECT (SELECT count(*) FROM audit_seal) AS sealed,
           (SELECT count(*) FROM audit_log l WHERE l.at < now() - interval '5 minutes'
              AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.seq = l.seq)) AS late`;
  const late = Number(chain?.late ?? 0);
  const review = await tx.accessReview.findFirst({ orderBy: { id: 'desc' } });
  const keys = await options.rotation.status(options.tenant).then(
    ({ data }) => data.filter(({ problem }) => problem).length,
    () => null,
  );
  return {
    register: fact(
      owned.length === personal.length && personal.length > 0,
      `个人信息登记 ${personal.length} 类，已指定责任部门与责任人 ${owned.length} 类`,
      `${personal.length} classes of personal data on the register, ${owned.length} with a department and a person`,
    ),
    retention: fact(
      over === null,
      over ? '有超过保存期限的定位轨迹' : '没有超过保存期限的定位轨迹',
      over ? 'Tracks beyond their term are still there' : 'No tracks beyond their term',
    ),
    purge: fact(
      purge !== null || over === null,
      purge ? `最近一次清除：${purge.at.toISOString().slice(0, 10)}` : '尚无需清除的数据',
      purge
        ? `Last purge: ${purge.at.toISOString().slice(0, 10)}`
        : 'Nothing had to be removed yet',
    ),
    ...(await noticeFacts(tx, new Set(asked.map(({ id }) => id)), (id) =>
      nameOf(
        purposes.find((one) => one.id === id),
        id,
      ),
    )),
    assessment: fact(
      uncovered.length === 0,
      uncovered.length === 0
        ? '敏感个人信息处理均有影响评估'
        : `缺少影响评估：${uncovered.map((one) => nameOf(one).zh).join('、')}`,
      uncovered.length === 0
        ? 'Each sensitive processing has an impact assessment'
        : `No impact assessment of ${uncovered.map((one) => nameOf(one).en).join(', ')}`,
    ),
    requests: fact(
      overdue === 0,
      `逾期未答复的个人请求：${overdue}`,
      `Requests of people that are overdue: ${overdue}`,
    ),
    custodian: fact(
      custodian !== null,
      custodian ? `密钥保管人：${custodian.personName}` : '未指定密钥保管人',
      custodian
        ? `Keeper of the keys: ${custodian.personName}`
        : 'The keys have no named custodian',
    ),
    encryption: fact(
      keys === 0,
      keys === 0 ? '敏感字段已加密，密钥可用' : '密钥环有问题，见密钥状态',
      keys === 0
        ? 'Sensitive fields are encrypted, and the keys are there'
        : 'See the state of the keys',
    ),
    tls: fact(
      transport.http && transport.mqtt,
      `HTTP ${transport.http ? '已' : '未'}加密，MQTT ${transport.mqtt ? '已' : '未'}加密`,
      `HTTP ${transport.http ? 'encrypted' : 'in the clear'}, MQTT ${transport.mqtt ? 'encrypted' : 'in the clear'}`,
    ),
    logTerm: await logTermFact(tx, policies),
    audit: fact(
      late === 0,
      `审计链已封存 ${chain?.sealed ?? 0} 条，超过五分钟未封存 ${late} 条`,
      `${chain?.sealed ?? 0} lines of the audit log are sealed, ${late} are late`,
    ),
    backup: fact(
      backupAge !== null && backupAge <= 2,
      backupAge === null ? '没有成功的备份' : `最近一次成功备份在 ${backupAge} 天前`,
      backupAge === null
        ? 'No backup succeeded yet'
        : `The last good backup is ${backupAge} days old`,
    ),
    review: fact(
      review !== null,
      review ? '已进行权限复核' : '尚未进行权限复核',
      review ? 'Access was reviewed' : 'Access was never reviewed',
    ),
  };
}

const retention = (policies: { id: string; retentionDays: number | null }[], id: string) =>
  policies.find((policy) => policy.id === id)?.retentionDays ?? 36_500;

/** What the module answers to others. */
export const facts: ModuleFacts = { merge };
