import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { letterOf } from '../../platform/rules/certainty.ts';
import { lawAt } from '../../platform/rules/law/shipped.ts';
import type { Rotation } from '../../platform/sealed/rotation.ts';
import { type Facts, gatherFacts, type Transport } from './facts.ts';
import type { Compliance } from './schema.ts';

type User = Caller & { account: Account };
type Text = { zh: string; en: string };
/** How the system meets a duty; the duty itself is a rule of law with the same id. */
interface Measure {
  id: string;
  how: Text;
  facts: (keyof Facts)[];
  /** The part that software cannot check: confirmed by a person, with a note, for a year. */
  toConfirm: Text | null;
}

/** The measures, and the facts that show compliance. */
const measures: Measure[] = [
  {
    id: 'pipl-13',
    how: {
      zh: '数据登记逐类写明依据与目的',
      en: 'The register names basis and purpose of each class',
    },
    facts: ['register'],
    toConfirm: {
      zh: '登记涵盖了全部处理活动，各类依据与目的属实',
      en: 'The register names every processing, and its bases and purposes are true',
    },
  },
  {
    id: 'pipl-14-17',
    how: {
      zh: '版本化告知文本，本人在手机端确认或撤回，撤回即停止采集并删除',
      en: 'Notices by version; people agree or take back on their phone, which stops collecting and removes',
    },
    facts: ['notices', 'reached'],
    toConfirm: {
      zh: '告知文本已由负责人审定，符合本企业实际',
      en: 'The texts were read by those who answer for them, and are true of this company',
    },
  },
  {
    id: 'pipl-19',
    how: {
      zh: '按登记的期限每日清除并留存证明',
      en: 'Removed each day by the register, with proof',
    },
    facts: ['retention', 'purge'],
    toConfirm: {
      zh: '各类期限为实现目的所必要的最短时间；系统外的副本（导出文件等）按期删除',
      en: 'Each term is as short as its purpose allows; copies outside of the system are removed in time',
    },
  },
  {
    id: 'pipl-28-29',
    how: {
      zh: '未同意者的工牌位置不予保存；不作人脸识别',
      en: 'Positions of those who do not agree are not kept; no face recognition',
    },
    facts: ['notices', 'positions', 'assessment'],
    toConfirm: null,
  },
  {
    id: 'pipl-44-47',
    how: {
      zh: '“我的数据”页、导出文件、请求与期限、保留项说明理由',
      en: '"My data", an export, requests with a deadline, and a reason for what is kept',
    },
    facts: ['requests'],
    toConfirm: null,
  },
  {
    id: 'pipl-51',
    how: {
      zh: '字段加密、脱敏、最小权限、审计',
      en: 'Encrypted and masked fields, least privilege, audit',
    },
    facts: ['encryption', 'custodian', 'review'],
    toConfirm: {
      zh: '已组织个人信息保护培训，已制定并演练安全事件应急预案',
      en: 'People were trained, and there is a plan for incidents that was practised',
    },
  },
  {
    id: 'pipl-55-56',
    how: {
      zh: '影响评估记录，数据库拒绝更短的保存期',
      en: 'Assessments on record; the database refuses a shorter term',
    },
    facts: ['assessment'],
    toConfirm: null,
  },
  {
    id: 'dsl-21-27',
    how: {
      zh: '登记含密级、责任部门与责任人；商业秘密字段另设授权',
      en: 'The register has grade, department and person; trade secrets need a clearance of their own',
    },
    facts: ['register', 'encryption', 'custodian'],
    toConfirm: {
      zh: '密级划分经审定，已组织数据安全培训',
      en: 'The grades were approved, and people were trained in data security',
    },
  },
  {
    id: 'csl-logs',
    how: {
      zh: '审计日志只增不改，按租户哈希链封存',
      en: 'The audit log only grows and is chained by hash for each tenant',
    },
    facts: ['audit', 'logTerm'],
    toConfirm: {
      zh: '防火墙、反向代理与操作系统的日志也留存不少于六个月（不在本系统内）',
      en: 'Logs of the firewall, the proxy and the operating systems are kept six months too (outside of this system)',
    },
  },
  {
    id: 'csl-encryption',
    how: {
      zh: '传输 TLS、存储加密、加密备份与恢复演练',
      en: 'TLS on the way, encryption at rest, encrypted backups with drills',
    },
    facts: ['tls', 'encryption', 'backup'],
    toConfirm: {
      zh: '备份存放于另一处，与密钥分开；由代理终结 TLS 的，全部访问均经其加密',
      en: 'Backups lie in another place, apart from the keys; where a proxy ends TLS, all access goes through it',
    },
  },
];

/** What the laws ask now, from the rules of law, and how it is met. */
const dutiesAt = (now: Date) =>
  measures.map((measure) => {
    const { source, text, certainty } = lawAt(measure.id, now);
    const { law, article } = source;
    return {
      ...measure,
      law,
      article: article ?? '',
      requires: text,
      certainty: letterOf[certainty],
    };
  });

/** Validity of a confirmation. */
const CONFIRMED_YEARS = 1;

/**
 * The requirements, the system's measures, and their current state. A requirement is met only where
 * all of it was checked; the rest has to be confirmed by a person.
 */
export function createCompliance(options: {
  units: Units;
  rotation: Rotation;
  transport: Transport;
}) {
  const { units, rotation, transport } = options;

  async function check(tx: Transaction, tenant: string, now: Date): Promise<Compliance> {
    const facts = await gatherFacts(tx, { tenant, rotation, transport, now });
    const confirmations = await tx.complianceConfirmation.findMany({
      distinct: ['duty'],
      orderBy: [{ duty: 'asc' }, { confirmedAt: 'desc' }, { id: 'desc' }],
    });
    const checkedAt = now.toISOString();
    return {
      checkedAt,
      items: dutiesAt(now).map(({ facts: needed, ...duty }) => {
        const shown = needed.map((id) => ({ id: slugOf(id), ...facts[id], checkedAt }));
        const row = confirmations.find((one) => one.duty === duty.id);
        const confirmation = row ? showConfirmation(row) : null;
        const isConfirmed = confirmation !== null && confirmation.until > checkedAt;
        const good = shown.filter(({ ok }) => ok).length;
        const status = statusOf(good, shown.length, duty.toConfirm === null ? null : isConfirmed);
        return { ...duty, status, facts: shown, confirmation };
      }),
    };
  }

  return {
    check: (user: User, now = new Date()): Promise<Compliance> =>
      units.run(user, ({ tx }) => check(tx, user.tenant, now)),

    /**
     * Records a person's confirmation of what software cannot check.
     *
     * @throws Problem `privacy.unknown` where there is nothing to confirm.
     */
    confirm: (user: User, id: string, note: string): Promise<Compliance> =>
      units.run(user, async (unit) => {
        const duty = measures.find((one) => one.id === id);
        if (!duty?.toConfirm) {
          throw new Problem('privacy.unknown', `There is nothing to confirm of ${id}.`);
        }
        await unit.tx.complianceConfirmation.createMany({
          data: [
            {
              tenantId: user.tenant,
              id: ulid(),
              duty: id,
              note,
              confirmedBy: user.account.id,
              confirmedName: user.account.displayName,
            },
          ],
        });
        await unit.audit({
          action: 'confirm',
          entity: 'compliance-duty',
          id,
          after: { statement: duty.toConfirm, note },
        });
        return check(unit.tx, user.tenant, new Date());
      }),
  };
}

/** @param confirmed whether a person confirmed the rest; null without a rest. */
function statusOf(
  good: number,
  all: number,
  confirmed: boolean | null,
): Compliance['items'][0]['status'] {
  if (good < all) return good > 0 ? 'partly' : 'open';
  if (confirmed === null) return 'met';
  return confirmed ? 'confirmed' : 'to-confirm';
}

function showConfirmation(row: { confirmedName: unknown; confirmedAt: Date; note: string }) {
  const until = new Date(row.confirmedAt);
  until.setUTCFullYear(until.getUTCFullYear() + CONFIRMED_YEARS);
  return {
    name: row.confirmedName as Text,
    at: row.confirmedAt.toISOString(),
    until: until.toISOString(),
    note: row.note,
  };
}

const slugOf = (id: string) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
