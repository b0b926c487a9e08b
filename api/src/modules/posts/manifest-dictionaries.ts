import type { DictionaryEntry } from '../../platform/manifest.ts';
import { wordRows } from '../../platform/manifest-forms.ts';

const chemical = ['chemical', 'large-chemical'];

/**
 * Words of posts and of the qualifications that they ask for. Categories of special work: the catalogue
 * of special work (应急〔2026〕45 号); of special-equipment operators: TSG Z6001.
 */
export const dictionaries = {
  'post-kind': {
    name: { zh: '岗位类型', en: 'Kinds of posts' },
    words: wordRows([
      ['operator', '操作岗', 'Operator'],
      ['special-work', '特种作业岗', 'Special work'],
      ['maintenance', '检维修岗', 'Maintenance'],
      ['logistics', '仓储物流岗', 'Store and transport'],
      ['management', '管理岗', 'Management'],
      ['safety', '安全岗', 'Safety'],
      ['office', '职能岗', 'Office'],
      ['other', '其他', 'Other'],
    ]),
  },
  skill: {
    name: { zh: '岗位技能', en: 'Skills' },
    words: wordRows([
      ['press-operation', '冲压操作', 'Operating presses'],
      ['cnc-operation', '数控机床操作', 'Operating CNC machines'],
      ['robot-cell', '机器人单元操作', 'Operating robot cells'],
      ['assembly', '装配', 'Assembly'],
      ['machine-repair', '设备维修', 'Repair of machines'],
      ['lock-out', '上锁挂牌', 'Lock-out and tag-out'],
      ['first-aid', '急救', 'First aid'],
      ['chemical-handling', '化学品搬运与处置', 'Handling of chemicals'],
      ['process-control', '工艺控制', 'Process control', { presets: chemical }],
      ['esd', '静电防护', 'Protection against static charge', { presets: ['electronics'] }],
    ]),
  },
  'special-work-category': {
    name: { zh: '特种作业类别', en: 'Categories of special-work certificates' },
    words: wordRows([
      ['welding', '焊接与热切割作业', 'Welding and thermal cutting'],
      ['electric-low', '低压电工作业', 'Low-voltage electrical work'],
      ['electric-high', '高压电工作业', 'High-voltage electrical work'],
      ['height', '高处作业', 'Work at height'],
      ['refrigeration', '制冷与空调作业', 'Refrigeration and air conditioning'],
      [
        'hazardous-process',
        '危险化学品安全作业',
        'Hazardous chemical processes',
        { presets: chemical },
      ],
      [
        'automation',
        '化工自动化控制仪表作业',
        'Instruments of chemical automation',
        { presets: chemical },
      ],
    ]),
  },
  'special-equipment-category': {
    name: { zh: '特种设备作业类别', en: 'Categories of special-equipment operators' },
    words: wordRows([
      ['forklift', '叉车司机（N1）', 'Forklift driver (N1)'],
      ['crane-command', '起重机指挥（Q1）', 'Crane signaller (Q1)'],
      ['crane', '起重机司机（Q2）', 'Crane operator (Q2)'],
      ['boiler', '锅炉操作（G1）', 'Boiler operator (G1)', { presets: chemical }],
      [
        'pressure-vessel',
        '快开门式压力容器操作（R1）',
        'Quick-opening pressure vessels (R1)',
        { presets: chemical },
      ],
      ['safety-manager', '特种设备安全管理（A）', 'Manager of special equipment (A)'],
    ]),
  },
} as const satisfies Record<string, DictionaryEntry>;
