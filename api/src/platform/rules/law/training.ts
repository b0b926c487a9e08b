import type { LawCertainty } from '../certainty.ts';
import type { Rule } from '../types.ts';
import { amountRule, lawOf, listRule, words } from './forms.ts';

const training = lawOf(
  '生产经营单位安全培训规定',
  'Rules on safety training in companies',
  '原安监总局令第 3 号',
);
const safetyLaw = lawOf('中华人民共和国安全生产法', 'Work Safety Law', '2021');
const secondary = lawOf('二手来源（题库、博客）', 'Secondary sources (quizzes, blogs)');
const drills = lawOf(
  '生产安全事故应急预案管理办法',
  'Rules on emergency plans for accidents',
  '原安监总局令第 88 号，应急管理部令第 2 号修正',
);

const hours = (
  id: string,
  zh: string,
  en: string,
  amount: number,
  source = training.at(),
  certainty: LawCertainty = 'page',
): Rule =>
  amountRule(
    { id, subject: 'training', title: words(zh, en) },
    { unit: 'hours', bound: 'at-least', stricter: 'more' },
    [
      {
        source,
        certainty,
        text: words(`${zh}不少于 ${amount} 学时。`, `${en}: at least ${amount} hours.`),
        amount,
      },
    ],
  );

/** Hours of training, by whom and for which company. */
export const trainingHours: readonly Rule[] = [
  hours(
    'training-managers-initial',
    '主要负责人和安全管理人员初次培训（一般单位）',
    'First training of heads and safety managers, usual companies',
    32,
  ),
  hours(
    'training-managers-yearly',
    '主要负责人和安全管理人员每年再培训（一般单位）',
    'Yearly training of heads and safety managers, usual companies',
    12,
  ),
  hours(
    'training-managers-initial-high-risk',
    '主要负责人和安全管理人员初次培训（高危单位）',
    'First training of heads and safety managers, high-risk companies',
    48,
  ),
  hours(
    'training-managers-yearly-high-risk',
    '主要负责人和安全管理人员每年再培训（高危单位）',
    'Yearly training of heads and safety managers, high-risk companies',
    16,
  ),
  hours(
    'training-new-workers',
    '新上岗人员岗前培训（一般单位）',
    'Training of new workers before the post, usual companies',
    24,
  ),
  hours(
    'training-workers-yearly',
    '从业人员每年再培训（一般单位）',
    'Yearly training of workers, usual companies',
    8,
    // The order itself does not say so.
    secondary.at(),
    'repeated',
  ),
  hours(
    'training-new-workers-high-risk',
    '新上岗人员岗前培训（煤矿、非煤矿山、危化品、烟花爆竹、金属冶炼）',
    'Training of new workers before the post in mines, dangerous chemicals, fireworks and smelting',
    72,
  ),
  hours(
    'training-workers-yearly-high-risk',
    '从业人员每年再培训（煤矿、非煤矿山、危化品、烟花爆竹、金属冶炼）',
    'Yearly training of workers in mines, dangerous chemicals, fireworks and smelting',
    20,
  ),
  amountRule(
    {
      id: 'retraining-machines-after',
      subject: 'training',
      title: words(
        '再培训逾期多少天后不得自行使用设备',
        'Days after which an overdue retraining holds the use of machines',
      ),
    },
    { unit: 'days', bound: 'at-most', stricter: 'less' },
    [
      {
        source: safetyLaw.at('28'),
        certainty: 'memory',
        text: words(
          '未经安全生产教育和培训合格的，不得上岗作业。违章后要求的再培训，期限过后仍未合格的，使用设备须先由负责人决定。企业可设宽限天数。',
          'Nobody works who did not pass the safety training. Who did not pass the retraining after a violation in time uses machines only as the supervisor decides. A company may set days of grace.',
        ),
        amount: 0,
      },
    ],
  ),
  listRule(
    {
      id: 'training-levels',
      subject: 'training',
      title: words('三级安全教育', 'The three levels of safety training'),
    },
    {
      source: training.at(),
      certainty: 'memory',
      text: words('新上岗人员依次接受三级培训。', 'New workers are trained at three levels.'),
    },
    [
      ['plant', '厂级', 'plant'],
      ['workshop', '车间级', 'workshop'],
      ['team', '班组级', 'team'],
    ],
  ),
];

const drill = (id: string, zh: string, en: string, amount: number): Rule =>
  amountRule(
    { id, subject: 'drills', title: words(zh, en) },
    { unit: 'months', bound: 'at-most', stricter: 'less' },
    [
      {
        source: drills.at('33'),
        certainty: 'text',
        text: words(
          `${zh}：每 ${amount} 个月至少一次，演练后须评估并写出报告。`,
          `${en}: at least once in ${amount} months; each drill is assessed in a report.`,
        ),
        amount,
      },
    ],
  );

/** The longest time between two drills. */
export const drillIntervals: readonly Rule[] = [
  drill(
    'drill-plan',
    '综合或专项应急预案演练',
    'Drill of the general or a special emergency plan',
    12,
  ),
  drill('drill-on-site', '现场处置方案演练', 'Drill of an on-site response plan', 6),
  drill(
    'drill-dangerous-goods',
    '危险物品等单位的演练',
    'Drill in companies with dangerous goods',
    6,
  ),
];
