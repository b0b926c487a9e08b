import type { Rule } from '../types.ts';
import { amountRule, lawOf, listRule, words } from './forms.ts';

const order16 = lawOf(
  '安全生产事故隐患排查治理暂行规定',
  'Interim rules on finding and putting right hazards',
  '安监总局令第16号',
);
const safetyLaw = lawOf('中华人民共和国安全生产法', 'Work Safety Law', '2021');

/** The rules that the flow of hazards follows. Ids and values are those of its first version. */
export const hazardLaws: readonly Rule[] = [
  listRule(
    {
      id: 'hazard-levels',
      subject: 'hazards',
      title: words('一般隐患与重大隐患', 'General and major hazards'),
    },
    {
      from: '2008-02-01',
      source: order16.at('3'),
      certainty: 'text',
      text: words(
        '一般事故隐患：危害和整改难度较小，发现后能够立即整改排除。重大事故隐患：危害和整改难度较大，应当全部或者局部停产停业并经过一定时间整改治理方能排除，或者因外部因素影响致使单位自身难以排除。',
        'General: small in harm and effort, can be put right at once. Major: large in harm and effort, work has to stop in part or whole for some time, or outside causes keep the company from putting it right by itself.',
      ),
    },
    [
      ['general', '一般隐患', 'general hazard'],
      ['major', '重大隐患', 'major hazard'],
    ],
  ),
  listRule(
    {
      id: 'hazard-report-duty',
      subject: 'hazards',
      title: words('重大隐患报告与通报', 'Whom a major hazard is reported to'),
    },
    {
      from: '2021-09-01',
      source: safetyLaw.at('41'),
      certainty: 'text',
      text: words(
        '隐患排查治理情况如实记录并向从业人员通报；重大事故隐患排查治理情况及时向负有安全生产监督管理职责的部门和职工大会或者职工代表大会报告。',
        'What was found and put right is recorded and told to the employees; of major hazards the regulator and the workers’ congress are told in time.',
      ),
    },
    [
      ['regulator', '安全生产监督管理部门', 'regulator'],
      ['congress', '职工大会或职工代表大会', 'workers’ congress'],
      ['employees', '从业人员', 'employees'],
    ],
  ),
  listRule(
    {
      id: 'hazard-plan-elements',
      subject: 'hazards',
      title: words('治理方案“五落实”', 'The five elements of the plan'),
    },
    {
      from: '2008-02-01',
      source: order16.at('15'),
      certainty: 'memory',
      text: words(
        '重大隐患治理方案落实责任、措施、资金、时限和预案。“五落实”为通行要求。',
        'The plan for a major hazard names responsibility, measures, funds, time limit and contingency plan. The five elements are common practice.',
      ),
    },
    [
      ['responsible', '责任', 'responsibility'],
      ['plan-measures', '措施', 'measures'],
      ['funds', '资金', 'funds'],
      ['due-by', '时限', 'time limit'],
      ['contingency', '预案', 'contingency plan'],
    ],
  ),
  amountRule(
    {
      id: 'hazard-record-penalty',
      subject: 'hazards',
      title: words('未如实记录或未通报的罚则', 'Penalty for not recording or telling'),
    },
    { unit: 'yuan', bound: 'at-most', fixed: true },
    [
      {
        from: '2021-09-01',
        source: safetyLaw.at('97(5)'),
        certainty: 'text',
        text: words(
          '未将事故隐患排查治理情况如实记录或者未向从业人员通报的，责令限期改正，处十万元以下的罚款。',
          'Who does not record truly what was found and put right, or does not tell the employees, is fined up to 100,000 yuan.',
        ),
        amount: 100_000,
      },
    ],
  ),
];
