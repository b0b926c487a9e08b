import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  type ChainSubject,
  joinTexts,
  plainText,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { kindNames, severityTexts } from './kind.ts';

const idsOf = ({ findings }: ChainSubject) => findings.map(({ id }) => id);
const decisions: Readonly<Record<string, Bilingual>> = {
  confirm: { zh: '已确认', en: 'Confirmed' },
  dismiss: { zh: '已排除', en: 'Dismissed' },
  reopen: { zh: '撤销结论', en: 'The verdict was undone' },
};
const reasons: Readonly<Record<string, Bilingual>> = {
  'false-detection': { zh: '误检', en: 'false detection' },
  'allowed-work': { zh: '允许的作业', en: 'allowed work' },
  duplicate: { zh: '重复', en: 'duplicate' },
  other: { zh: '其他原因', en: 'another reason' },
  'item-worn': { zh: '已穿戴', en: 'the item is worn' },
  'not-a-person': { zh: '不是人', en: 'not a person' },
};
const machineStates: Readonly<Record<string, Bilingual>> = {
  running: { zh: '运行中', en: 'running' },
  idle: { zh: '空闲', en: 'idle' },
  stopped: { zh: '已停机', en: 'stopped' },
  fault: { zh: '故障', en: 'fault' },
  unknown: { zh: '状态未知，按运行处理', en: 'state not known, taken as running' },
};

const common = { permission: 'violation:read', feature: 'monitoring', of: 'place' } as const;

export const chain: readonly ChainSource[] = [
  {
    ...common,
    kind: 'finding',
    name: { zh: '摄像头发现', en: 'Findings of cameras' },
    part: 'during',
    async read(tx, subject) {
      const rows = await tx.violation.findMany({
        where: { id: { in: idsOf(subject) } },
        orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
        take: CHAIN_MOST + 1,
        select: {
          id: true,
          cameraName: true,
          zoneName: true,
          severity: true,
          startedAt: true,
          endedAt: true,
        },
      });
      const nameOf = await kindNames(tx);
      const kinds = new Map(subject.findings.map(({ id, kind }) => [id, kind]));
      return rows.flatMap((row) => {
        const camera = row.cameraName as Bilingual;
        const kind = nameOf(kinds.get(row.id) ?? '');
        const title = { zh: `${camera.zh}：${kind.zh}`, en: `${camera.en}: ${kind.en}` };
        const link = `/violations/${row.id}?status=all`;
        const begin = {
          id: `${row.id}.begin`,
          at: row.startedAt,
          until: row.endedAt,
          title,
          detail: joinTexts([row.zoneName as Bilingual | null, severityTexts[row.severity]]),
          tone: 'danger' as const,
          link,
        };
        if (row.endedAt === null) return [begin];
        const end = {
          id: `${row.id}.end`,
          at: row.endedAt,
          title: { zh: `${title.zh}，结束`, en: `${title.en}, ended` },
          link,
        };
        return [begin, end];
      });
    },
  },
  {
    ...common,
    kind: 'machine',
    name: { zh: '设备状态', en: 'State of machines' },
    part: 'during',
    async read(tx, subject) {
      const rows = await sqlIn(tx)<{
        machine: string;
        name: Bilingual | null;
        state: string;
        at: Date;
      }>(Prisma.sql`
        SELECT DISTINCT ON (m.machine) m.machine, q.name, m.state, m.at FROM (
          SELECT v.arming -> 'machine' ->> 'machine' AS machine, v.arming -> 'machine' ->> 'state' AS state,
            v.started_at AS at FROM violation v
          WHERE v.id = ANY (${idsOf(subject)}::text[]) AND v.arming -> 'machine' ->> 'machine' IS NOT NULL) m
        LEFT JOIN equipment q ON q.id = m.machine
        ORDER BY m.machine, m.at LIMIT ${CHAIN_MOST + 1}`);
      return rows.map(({ machine, name, state, at }) => {
        const [of, is] = [name ?? plainText(machine), machineStates[state] ?? plainText(state)];
        return {
          id: machine,
          at,
          title: { zh: `${of.zh}：${is.zh}`, en: `${of.en}: ${is.en}` },
          detail: {
            zh: '规则按该设备的状态生效',
            en: 'The rule applies by the state of this machine',
          },
          tone: state === 'stopped' ? 'ok' : 'warn',
        };
      });
    },
  },
  {
    ...common,
    kind: 'verdict',
    name: { zh: '复核结论', en: 'Verdicts' },
    part: 'after',
    async read(tx, subject) {
      // One verdict on an incident is one of each finding.
      const rows = await sqlIn(tx)<{
        id: string;
        at: Date;
        decision: string;
        reason: string | null;
        byName: Bilingual;
        count: number;
      }>(Prisma.sql`
        SELECT min(d.violation_id || '.' || d.version) AS id, min(d.at) AS at, d.decision, d.reason,
          min(d.by_name::text)::jsonb AS "byName", count(*)::int AS count
        FROM verdict d WHERE d.violation_id = ANY (${idsOf(subject)}::text[])
        GROUP BY date_trunc('second', d.at), d.decision, d.reason, d.by_user
        ORDER BY 2, 1 LIMIT ${CHAIN_MOST + 1}`);
      return rows.map(({ id, at, decision, reason, byName, count }) => ({
        id,
        at,
        title: decisions[decision] ?? plainText(decision),
        detail: joinTexts([
          byName,
          reason === null ? null : reasons[reason],
          count > 1 ? { zh: `${count} 项发现`, en: `${count} findings` } : null,
        ]),
        tone: decision === 'confirm' ? 'warn' : 'neutral',
      }));
    },
  },
];
