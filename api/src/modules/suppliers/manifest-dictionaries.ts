import type { DictionaryEntry } from '../../platform/manifest.ts';
import { wordRows } from '../../platform/manifest-forms.ts';

/** The presets with this module. */
export const inPresets = ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'];
const presets = ['chemical', 'large-chemical', 'electronics'];
const safety = 'safety-production-licence';
/** A business licence, and one of each further group. */
const requires = (...groups: string[][]) => ({ requires: [['business-licence'], ...groups] });

/**
 * Kinds of suppliers with required qualifications: one of each group in `requires`. The tenant may
 * change them. Sources: business licence, Company Registration Regulations; hazardous chemicals,
 * State Council order 591 articles 14 and 33; road transport of dangerous goods, State Council
 * order 406; hazardous waste, Solid Waste Law article 80.
 */
export const dictionaries = {
  'supplier-kind': {
    name: { zh: '供应商类型', en: 'Kinds of suppliers' },
    words: wordRows([
      ['parts', '零部件', 'Parts', { data: requires() }],
      [
        'chemicals',
        '危险化学品',
        'Hazardous chemicals',
        { data: { ...requires([safety, 'hazchem-licence']), testsRequired: true } },
      ],
      [
        'transport',
        '危险货物运输',
        'Transport of dangerous goods',
        { data: requires(['dangerous-goods-transport']), presets },
      ],
      ['service', '外包与检维修', 'Contractors', { data: requires([safety, 'iso-45001']) }],
      [
        'waste-disposer',
        '危废处置单位',
        'Hazardous waste disposer',
        { data: requires(['hazardous-waste-licence']) },
      ],
    ]),
  },
  'supplier-qualification': {
    name: { zh: '供应商资质', en: 'Qualifications of suppliers' },
    words: wordRows([
      ['business-licence', '营业执照', 'Business licence'],
      [safety, '安全生产许可证', 'Work safety licence'],
      ['hazchem-licence', '危险化学品经营许可证', 'Licence to trade hazardous chemicals'],
      [
        'dangerous-goods-transport',
        '道路危险货物运输许可证',
        'Licence to transport dangerous goods',
        { presets },
      ],
      [
        'hazardous-waste-licence',
        '危险废物经营许可证',
        'Hazardous waste licence',
        { data: { wastes: true } },
      ],
      ['special-equipment-licence', '特种设备生产许可证', 'Licence to make special equipment'],
      ['iso-45001', 'ISO 45001 认证', 'ISO 45001 certificate'],
    ]),
  },
} as const satisfies Record<string, DictionaryEntry>;
