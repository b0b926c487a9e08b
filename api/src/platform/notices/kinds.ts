import type { Severity } from './types.ts';

/** How a notice leaves the app. The list inside the app holds every notice and needs no channel. */
export const channels = ['push', 'email'] as const;
export type Channel = (typeof channels)[number];

export const severities = ['info', 'warning', 'critical'] as const satisfies readonly Severity[];

export const severityRank = (severity: Severity): number => severities.indexOf(severity);

/** A kind of notice as people choose by it. */
export interface NoticeKind {
  id: string;
  name: { zh: string; en: string };
  /** From which severity on it comes by a channel where nobody chose otherwise; null for never. */
  from: Record<Channel, Severity | null>;
}

/** What most people want: see all in the app, be rung for what waits for them, get mail for what burns. */
const usual: NoticeKind['from'] = { push: 'warning', email: 'critical' };
/** Work that was given to somebody: they hear of it on the phone at once. */
const work: NoticeKind['from'] = { push: 'info', email: 'warning' };

/**
 * The kinds that modules send, with words for the page of preferences. A kind that is not listed
 * here is sent all the same, by the rule of `other`.
 */
export const noticeKinds: readonly NoticeKind[] = [
  kind('hazard.reported', '新隐患待审核', 'A hazard waits for review', work),
  kind('hazard.assigned', '隐患整改任务', 'A hazard is yours to rectify', work),
  kind('hazard.returned', '隐患被退回', 'A hazard was sent back to you', work),
  kind('hazard.closed', '隐患已销号', 'A hazard you reported was closed', usual),
  kind('hazard.forgery', '疑似伪造证据', 'Evidence looks forged', usual),
  kind('workflow.assigned', '新任务', 'A task is yours', work),
  kind('workflow.entered', '流程进展', 'A case moved on', usual),
  kind('workflow.reminder', '任务将到期', 'A task is due soon', work),
  kind('workflow.overdue', '任务已超期', 'A task is overdue', work),
  kind('workflow.escalated', '任务升级', 'A task was escalated to you', work),
  kind('violation.recorded', '违章告警', 'A camera saw a violation', usual),
  kind('access.request', '账号操作待确认', 'An account waits for a second person', work),
  kind('model.version', '识别模型变更', 'A model changed', usual),
  kind('model.drop', '识别准确率下降', 'A rule became less precise', work),
  kind('access.review', '权限复核', 'Access is due for review', work),
  kind('audit.finding', '异常操作', 'The audit found something odd', usual),
  kind('privacy.request', '个人信息请求', 'A request about personal data', work),
  kind('integration.failed', '对接故障', 'A connection to another system fails', usual),
  kind('system.problem', '系统故障', 'The system has a problem', usual),
  kind('test', '测试通知', 'Test notice', { push: 'info', email: 'info' }),
  kind('other', '其他', 'Everything else', usual),
];

function kind(id: string, zh: string, en: string, from: NoticeKind['from']): NoticeKind {
  return { id, name: { zh, en }, from };
}

const byId = new Map(noticeKinds.map((one) => [one.id, one]));

export const kindOf = (id: string): NoticeKind => byId.get(id) ?? (byId.get('other') as NoticeKind);
