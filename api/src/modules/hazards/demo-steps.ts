import type { ActionBody } from '../../platform/workflow/record-schema.ts';
import type { DemoCase } from './demo-cases.ts';

/** A step of the demonstration: the user, and hours after the report. */
export interface DemoStep {
  by: string;
  transition: string;
  hours: number;
  fields: ActionBody['fields'];
  /** With a picture of the place at that time. */
  picture?: true;
}

/** The rectifier: the head of the press shop, or maintenance. */
const rectifierOf = (one: DemoCase) => (one.area === 'press-line' ? 'head.press' : 'maintainer');

/**
 * The steps that bring a reported hazard to its state in the demonstration.
 *
 * @param idOf the id of a user by name.
 */
export function stepsTo(one: DemoCase, idOf: (username: string) => string): DemoStep[] {
  const by = rectifierOf(one);
  const assignee = idOf(by);
  const step = (
    who: string,
    transition: string,
    hours: number,
    fields: ActionBody['fields'] = {},
  ): DemoStep => ({ by: who, transition, hours, fields });
  const accept = step('safety', 'accept', 3, { assignee });
  const start = step(by, 'start', 7);
  const submit: DemoStep = {
    ...step(by, 'submit', 52, {
      measures: '已按要求整改并复查 / Repaired as asked, and checked again',
      cost: 260,
    }),
    picture: true,
  };
  const plan = [
    step('safety', 'accept-major', 2, {
      assignee,
      suspension: 'part',
      'suspension-note':
        '该设备停机挂牌，其余照常生产 / This machine is locked out; the rest goes on',
    }),
    step(by, 'submit-plan', 20, {
      responsible: assignee,
      'plan-measures':
        '停机检修，更换联锁与安全继电器，复位后由安全部复测\nStop it, replace the interlock and the safety relay, and have the safety department test it after the reset.',
      funds: 18_000,
      'due-by': new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10),
      contingency:
        '挂牌上锁，现场警戒；发生伤害立即断电并拨打 120\nLocked out and cordoned off; if a person is hurt, cut the power and call 120.',
    }),
  ];
  switch (one.end) {
    case 'reported':
      return [];
    case 'returned':
      return [
        step('safety', 'return', 5, {
          reason: '请补充具体工位和人员班次 / Please add the work place and the shift',
        }),
      ];
    case 'rejected':
      return [
        step('safety', 'reject', 6, {
          verdict: 'not-a-hazard',
          reason: '已当场处理，不构成隐患 / Dealt with on the spot; no hazard',
        }),
      ];
    case 'assigned':
      return [accept];
    case 'rectifying':
      return [accept, start];
    case 'acceptance':
      return [accept, start, submit];
    case 'closed':
      return [
        accept,
        start,
        submit,
        step('safety', 'close', 76, { opinion: '现场复查合格 / Checked on site, in order' }),
      ];
    case 'plan-approval':
      return plan;
    case 'rectifying-major':
      return [
        ...plan,
        step('manager', 'approve-plan', 30),
        step('safety', 'report-regulator', 44, {
          regulator: '常州市应急管理局 / Changzhou Emergency Management Bureau',
          'regulator-date': new Date(Date.now() - (one.days - 2) * 86_400_000)
            .toISOString()
            .slice(0, 10),
          'regulator-number': '演示〔2026〕7 号',
          'congress-date': new Date(Date.now() - (one.days - 2) * 86_400_000)
            .toISOString()
            .slice(0, 10),
        }),
      ];
  }
}
