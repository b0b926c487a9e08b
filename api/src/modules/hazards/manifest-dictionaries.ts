import { type DictionaryEntry, everyPreset } from '../../platform/manifest.ts';

/** The default words of a tenant, by preset. */
export const dictionaries = {
  'hazard-type': {
    name: { zh: '隐患类型', en: 'Types of hazards' },
    words: [
      {
        id: 'unsafe-act',
        name: { zh: '不安全行为', en: 'Unsafe behaviour' },
        presets: everyPreset,
      },
      {
        id: 'unsafe-condition',
        name: { zh: '不安全状态', en: 'Unsafe condition' },
        presets: everyPreset,
      },
      { id: 'ppe', name: { zh: '劳动防护用品', en: 'Protective equipment' }, presets: everyPreset },
      { id: 'machine-guard', name: { zh: '机械防护', en: 'Machine guards' }, presets: everyPreset },
      { id: 'electrical', name: { zh: '电气安全', en: 'Electrical' }, presets: everyPreset },
      { id: 'fire', name: { zh: '消防与疏散', en: 'Fire and escape' }, presets: everyPreset },
      {
        id: 'lifting',
        name: { zh: '起重与吊装', en: 'Lifting' },
        presets: ['machinery', 'chemical', 'automotive', 'small-machinery', 'large-chemical'],
      },
      { id: 'vehicle', name: { zh: '厂内机动车辆', en: 'Vehicles on site' }, presets: everyPreset },
      {
        id: 'work-at-height',
        name: { zh: '高处作业', en: 'Work at height' },
        presets: everyPreset,
      },
      { id: 'hot-work', name: { zh: '动火作业', en: 'Hot work' }, presets: everyPreset },
      {
        id: 'confined-space',
        name: { zh: '有限空间', en: 'Confined space' },
        presets: ['machinery', 'chemical', 'automotive', 'small-machinery', 'large-chemical'],
      },
      {
        id: 'special-equipment',
        name: { zh: '特种设备', en: 'Special equipment' },
        presets: everyPreset,
      },
      {
        id: 'chemical-leak',
        name: { zh: '化学品泄漏', en: 'Chemical leak' },
        data: { chemical: true },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'metering-anomaly',
        name: { zh: '物料计量异常', en: 'Metering anomaly' },
        data: { chemical: true },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'chemical-storage',
        name: { zh: '化学品储存', en: 'Chemical storage' },
        data: { chemical: true },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'dust',
        name: { zh: '粉尘与通风', en: 'Dust and ventilation' },
        presets: ['machinery', 'automotive', 'electronics', 'small-machinery'],
      },
      {
        id: 'occupational-health',
        name: { zh: '职业卫生', en: 'Occupational health' },
        presets: everyPreset,
      },
      { id: 'housekeeping', name: { zh: '现场 5S', en: 'Housekeeping' }, presets: everyPreset },
      { id: 'management', name: { zh: '管理缺陷', en: 'Management' }, presets: everyPreset },
      {
        id: 'battery-fire',
        name: { zh: '电池热失控', en: 'Thermal runaway of batteries' },
        presets: ['automotive'],
      },
      {
        id: 'robot-cell',
        name: { zh: '机器人工作站', en: 'Robot cell' },
        presets: ['automotive', 'electronics'],
      },
      {
        id: 'static-discharge',
        name: { zh: '静电', en: 'Static discharge' },
        presets: ['chemical', 'automotive', 'electronics', 'large-chemical'],
      },
      {
        id: 'special-gas',
        name: { zh: '特种气体', en: 'Special gases' },
        data: { chemical: true },
        presets: ['electronics'],
      },
      {
        id: 'process-upset',
        name: { zh: '工艺异常', en: 'Process upset' },
        data: { chemical: true },
        presets: ['chemical', 'large-chemical'],
      },
      { id: 'other', name: { zh: '其他', en: 'Other' }, presets: everyPreset },
    ],
  },
} as const satisfies Record<string, DictionaryEntry>;
