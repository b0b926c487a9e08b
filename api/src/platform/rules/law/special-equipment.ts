import type { LawCertainty } from '../certainty.ts';
import type { Rule, RuleUnit, Source } from '../types.ts';
import { amountRule, lawOf, words } from './forms.ts';

const law = lawOf('中华人民共和国特种设备安全法', 'Special Equipment Safety Law');
const regulation = lawOf(
  '特种设备安全监察条例',
  'Regulation on the supervision of special equipment',
);
const cranes = lawOf(
  '起重机械安全监察规定',
  'Rules on the supervision of cranes',
  '质检总局令第 92 号',
);
const forklifts = lawOf(
  '场（厂）内专用机动车辆安全技术规程',
  'Safety technical regulation for vehicles on site',
  'TSG 81-2022',
);
/** From memory: the code that says so was not read. */
const codes = lawOf(
  '相应的安全技术规范（待核对）',
  'The technical code of the kind (to be checked)',
);

const atMost = (
  id: string,
  title: readonly [zh: string, en: string],
  [amount, unit]: readonly [number, RuleUnit],
  source: Source,
  certainty: LawCertainty,
  text: readonly [zh: string, en: string],
): Rule =>
  amountRule(
    { id, subject: 'special-equipment', title: words(...title) },
    { unit, bound: 'at-most', stricter: 'less' },
    [{ source, certainty, text: words(...text), amount }],
  );

/** A term that no source of ours proves. */
const fromMemory = (
  id: string,
  zh: string,
  en: string,
  amount: number,
  unit: RuleUnit = 'years',
  source: Source = codes.at(),
): Rule =>
  atMost(id, [zh, en], [amount, unit], source, 'memory', [
    `${zh}。未见原文，使用前须核对。`,
    `${en}. Its text was not seen; to be checked before use.`,
  ]);

/** Registration, inspection and care of special equipment. */
export const specialEquipment: readonly Rule[] = [
  atMost(
    'equipment-register',
    ['特种设备使用登记期限', 'Registration of special equipment'],
    [30, 'days'],
    law.at('33'),
    'text',
    [
      '投入使用前或者投入使用后 30 日内办理使用登记。',
      'It is registered before use, or within 30 days after its use began.',
    ],
  ),
  amountRule(
    {
      id: 'equipment-apply-inspection',
      subject: 'special-equipment',
      title: words('定期检验的申请提前期', 'Lead time of the application for inspection'),
    },
    { unit: 'months', bound: 'at-least', stricter: 'more' },
    [
      {
        source: law.at('40'),
        certainty: 'text',
        text: words(
          '在检验合格有效期届满前 1 个月提出定期检验要求。',
          'The inspection is asked for 1 month before the term of the last one ends.',
        ),
        amount: 1,
      },
    ],
  ),
  atMost(
    'equipment-self-check',
    ['特种设备自行检查间隔', 'Interval of the own checks of special equipment'],
    [1, 'months'],
    regulation.at('27'),
    'text',
    [
      '至少每月进行一次自行检查，并作出记录。',
      'The company checks it at least once a month, with a record.',
    ],
  ),
  atMost(
    'equipment-crane-inspection',
    ['起重机械定期检验周期', 'Interval of the inspection of cranes'],
    [2, 'years'],
    cranes.at(),
    'text',
    ['定期检验周期最长不超过 2 年。', 'The interval is 2 years at most.'],
  ),
  atMost(
    'equipment-elevator-maintenance',
    ['电梯维护保养间隔', 'Interval of the maintenance of lifts'],
    [15, 'days'],
    regulation.at('31'),
    'text',
    [
      '电梯至少每 15 日进行一次清洁、润滑、调整和检查。',
      'Lifts are cleaned, oiled, adjusted and checked at least every 15 days.',
    ],
  ),
  fromMemory('equipment-boiler-external', '锅炉外部检验周期', 'External inspection of boilers', 1),
  fromMemory(
    'equipment-boiler-internal',
    '锅炉内部检验周期（一般）',
    'Internal inspection of boilers, usually',
    2,
  ),
  fromMemory(
    'equipment-vessel-first',
    '压力容器首次定期检验',
    'First inspection of pressure vessels after use began',
    3,
  ),
  fromMemory(
    'equipment-vessel-class-1-2',
    '压力容器定期检验周期（1、2 级）',
    'Inspection of pressure vessels of class 1 and 2',
    6,
  ),
  fromMemory(
    'equipment-vessel-class-3',
    '压力容器定期检验周期（3 级，3 至 6 年）',
    'Inspection of pressure vessels of class 3, 3 to 6 years',
    6,
  ),
  fromMemory(
    'equipment-vessel-class-4',
    '压力容器定期检验周期（4 级）',
    'Inspection of pressure vessels of class 4',
    3,
  ),
  fromMemory(
    'equipment-vessel-yearly',
    '压力容器年度检查周期',
    'Yearly check of pressure vessels',
    1,
  ),
  fromMemory(
    'equipment-crane-tower',
    '塔式、升降机和流动式起重机检验周期',
    'Inspection of tower and mobile cranes and of hoists',
    1,
  ),
  fromMemory(
    'equipment-crane-bridge',
    '桥式、门式等起重机检验周期',
    'Inspection of bridge and gantry cranes',
    2,
  ),
  fromMemory(
    'equipment-crane-molten-metal',
    '吊运熔融金属的起重机检验周期',
    'Inspection of cranes that carry molten metal',
    1,
  ),
  fromMemory(
    'equipment-forklift',
    '叉车检验周期',
    'Inspection of forklifts',
    2,
    'years',
    forklifts.at(),
  ),
  fromMemory(
    'equipment-operator-review',
    '特种设备作业人员证复审间隔',
    'Review of the certificates of special-equipment operators',
    4,
  ),
];
