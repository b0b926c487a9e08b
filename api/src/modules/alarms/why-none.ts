import type { Transaction } from '../../platform/db/database.ts';
import { type ChainEntry, plainText } from '../../platform/incident-chain.ts';
import { formatInstant } from '../../platform/kit/local-time.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { REMOVED } from '../../platform/workflow/record-view.ts';

interface Snooze {
  reason: string;
  by: Bilingual | null;
  until: string;
}
/** What is on record of a violation without an alarm. */
export interface Unalarmed {
  /** It is of no camera, such as a machine that runs without a right. */
  isOfNoCamera: boolean;
  /** What kept alarms quiet when it was recorded. */
  snooze: Snooze | null;
  /** Null for one of before decisions were kept. */
  decision: {
    isOn: boolean;
    known: number;
    lines: readonly Bilingual[];
    unused: readonly Bilingual[];
  } | null;
  /** Whether the reader may know how lines of the plan are called. */
  namesLines: boolean;
  /** Of the plant, for times. */
  timeZone: string;
}

const listed = (names: readonly Bilingual[]): Bilingual => ({
  zh: names.map(({ zh }) => zh).join('、'),
  en: names.map(({ en }) => en).join(', '),
});

/** The reason for no alarm, or that it is not on record. */
export function whyNoAlarm({
  isOfNoCamera,
  snooze,
  decision,
  namesLines,
  timeZone,
}: Unalarmed): Bilingual {
  if (isOfNoCamera) {
    return {
      zh: '并非摄像头发现：现场报警由看摄像头的工作节点发出',
      en: 'no camera saw it: alarms are given by the workers of cameras',
    };
  }
  if (decision && !decision.isOn) {
    return { zh: '当时现场设备模块已关闭', en: 'devices on site were switched off then' };
  }
  if (decision && decision.lines.length === 0) {
    if (decision.unused.length > 0) {
      const names = listed(decision.unused);
      return {
        zh: `适用的方案条目当时已停用${namesLines ? `：${names.zh}` : ''}`,
        en: `the line of the plan for it was out of use then${namesLines ? `: ${names.en}` : ''}`,
      };
    }
    if (decision.known === 0) {
      return { zh: '当时报警方案没有条目', en: 'the alarm plan had no line then' };
    }
    return {
      zh: '报警方案中没有适用于该规则、等级和区域的条目',
      en: 'no line of the alarm plan is for this rule, severity and place',
    };
  }
  if (snooze) {
    const until = formatInstant(new Date(snooze.until), timeZone);
    const by = snooze.by ?? REMOVED;
    return {
      zh: `报警已由 ${by.zh} 暂停至 ${until}，原因：${snooze.reason}`,
      en: `alarms were snoozed by ${by.en} until ${until}, because: ${snooze.reason}`,
    };
  }
  if (decision) {
    const names = listed(decision.lines);
    return {
      zh: `应按方案条目报警${namesLines ? `（${names.zh}）` : ''}，但工作节点没有报告`,
      en: `by the plan${namesLines ? ` (${names.en})` : ''} there should be one, but its worker has reported none`,
    };
  }
  return {
    zh: '当时的报警判定没有记录',
    en: 'what the alarm plan said then is not on record',
  };
}

/** Of findings without an alarm, an entry for each reason. */
export async function whyNone(
  tx: Transaction,
  findings: readonly string[],
  reader: Pick<Unalarmed, 'namesLines' | 'timeZone'>,
): Promise<ChainEntry[]> {
  if (findings.length === 0) return [];
  const rows = await tx.violation.findMany({
    where: { id: { in: [...findings] } },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, rule: true, snooze: true },
  });
  const decisions = await tx.alarmDecision.findMany({
    where: { violation: { in: [...findings] } },
  });
  const lines = await tx.alarmLine.findMany({
    where: { id: { in: decisions.flatMap((one) => [...one.lines, ...one.unused]) } },
    select: { id: true, name: true },
  });
  const nameOf = new Map(lines.map(({ id, name }) => [id, name as Bilingual]));
  const named = (ids: readonly string[]) => ids.map((id) => nameOf.get(id) ?? plainText(id));
  const reasons = new Map<string, { why: Bilingual; tone: ChainEntry['tone']; count: number }>();
  for (const { id, rule, snooze } of rows) {
    const of = decisions.find(({ violation }) => violation === id);
    const decision = of ? { ...of, lines: named(of.lines), unused: named(of.unused) } : null;
    const why = whyNoAlarm({
      isOfNoCamera: rule === 'unqualified-operator',
      snooze: snooze as Snooze | null,
      decision,
      ...reader,
    });
    const isMissing = decision?.isOn === true && decision.lines.length > 0 && snooze === null;
    const before = reasons.get(why.en);
    reasons.set(why.en, {
      why,
      tone: isMissing ? 'danger' : 'neutral',
      count: (before?.count ?? 0) + 1,
    });
  }
  return [...reasons.values()].map(({ why, tone, count }, n) => ({
    id: `none.${n}`,
    at: null,
    title: {
      zh: count > 1 ? `${count} 项发现没有现场报警` : '没有现场报警',
      en: count > 1 ? `No alarm on site for ${count} findings` : 'No alarm on site',
    },
    detail: why,
    ...(tone && { tone }),
  }));
}
