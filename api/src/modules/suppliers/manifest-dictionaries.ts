import { type DictionaryEntry, everyPreset } from '../../platform/manifest.ts';

/** The presets that have the module. */
export const inPresets = ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'];
const chemical = ['chemical', 'large-chemical', 'electronics'];

/**
 * Kinds of suppliers, and the qualifications that each needs: of each group in `requires` one. The
 * tenant may change them. Sources: business licence, Company Registration Regulations; hazardous
 * chemicals, State Council order 591 articles 14 and 33; road transport of dangerous goods, State
 * Council order 406; hazardous waste, Solid Waste Law article 80.
 */
export const dictionaries = {
  'supplier-kind': {
    name: { zh: '供应商类型', en: 'Kinds of suppliers' },
    words: [
      {
        id: 'parts',
        name: { zh: '零部件', en: 'Parts' },
        data: { requires: [['business-licence']] },
        presets: everyPreset,
      },
      {
        id: 'chemicals',
        name: { zh: '危险化学品', en: 'Hazardous chemicals' },
        data: {
          requires: [['business-licence'], ['safety-production-licence', 'hazchem-licence']],
          testsRequired: true,
        },
        presets: everyPreset,
      },
      {
        id: 'transport',
        name: { zh: '危险货物运输', en: 'Transport of dangerous goods' },
        data: { requires: [['business-licence'], ['dangerous-goods-transport']] },
        presets: chemical,
      },
      {
        id: 'service',
        name: { zh: '外包与检维修', en: 'Contractors' },
        data: { requires: [['business-licence'], ['safety-production-licence', 'iso-45001']] },
        presets: everyPreset,
      },
      {
        id: 'waste-disposer',
        name: { zh: '危废处置单位', en: 'Hazardous waste disposer' },
        data: { requires: [['business-licence'], ['hazardous-waste-licence']] },
        presets: everyPreset,
      },
    ],
  },
  'supplier-qualification': {
    name: { zh: '供应商资质', en: 'Qualifications of suppliers' },
    words: [
      {
        id: 'business-licence',
        name: { zh: '营业执照', en: 'Business licence' },
        presets: everyPreset,
      },
      {
        id: 'safety-production-licence',
        name: { zh: '安全生产许可证', en: 'Work safety licence' },
        presets: everyPreset,
      },
      {
        id: 'hazchem-licence',
        name: { zh: '危险化学品经营许可证', en: 'Licence to trade hazardous chemicals' },
        presets: everyPreset,
      },
      {
        id: 'dangerous-goods-transport',
        name: { zh: '道路危险货物运输许可证', en: 'Licence to transport dangerous goods' },
        presets: chemical,
      },
      {
        id: 'hazardous-waste-licence',
        name: { zh: '危险废物经营许可证', en: 'Hazardous waste licence' },
        data: { wastes: true },
        presets: everyPreset,
      },
      {
        id: 'special-equipment-licence',
        name: { zh: '特种设备生产许可证', en: 'Licence to make special equipment' },
        presets: everyPreset,
      },
      {
        id: 'iso-45001',
        name: { zh: 'ISO 45001 认证', en: 'ISO 45001 certificate' },
        presets: everyPreset,
      },
    ],
  },
} as const satisfies Record<string, DictionaryEntry>;
