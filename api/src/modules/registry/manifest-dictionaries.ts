import { type DictionaryEntry, everyPreset } from '../../platform/manifest.ts';

/** The default words of a tenant, by preset. */
export const dictionaries = {
  'area-kind': {
    name: { zh: '区域类型', en: 'Kinds of areas' },
    words: [
      { id: 'workshop', name: { zh: '车间', en: 'Workshop' }, presets: everyPreset },
      { id: 'machine-cell', name: { zh: '设备作业区', en: 'Machine cell' }, presets: everyPreset },
      { id: 'storage', name: { zh: '仓库', en: 'Storage' }, presets: everyPreset },
      {
        id: 'chemical-storage',
        name: { zh: '化工原料存储区', en: 'Chemical storage' },
        presets: everyPreset,
      },
      {
        id: 'high-risk-machining',
        name: { zh: '机械加工高危作业区', en: 'High-risk machining' },
        presets: everyPreset,
      },
      { id: 'passage', name: { zh: '通道', en: 'Passage' }, presets: everyPreset },
      { id: 'office', name: { zh: '办公区', en: 'Office' }, presets: everyPreset },
      { id: 'other', name: { zh: '其他', en: 'Other' }, presets: everyPreset },
      {
        id: 'welding-shop',
        name: { zh: '焊接区', en: 'Welding shop' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'press-shop',
        name: { zh: '冲压区', en: 'Press shop' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      { id: 'paint-shop', name: { zh: '涂装区', en: 'Paint shop' }, presets: ['automotive'] },
      {
        id: 'assembly-line',
        name: { zh: '装配线', en: 'Assembly line' },
        presets: ['automotive', 'electronics'],
      },
      { id: 'battery-room', name: { zh: '电池间', en: 'Battery room' }, presets: ['automotive'] },
      { id: 'clean-room', name: { zh: '洁净室', en: 'Clean room' }, presets: ['electronics'] },
      {
        id: 'soldering-line',
        name: { zh: '焊接回流线', en: 'Soldering line' },
        presets: ['electronics'],
      },
      { id: 'gas-room', name: { zh: '特气间', en: 'Special gas room' }, presets: ['electronics'] },
      {
        id: 'reactor-hall',
        name: { zh: '反应装置区', en: 'Reactor hall' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'tank-farm',
        name: { zh: '罐区', en: 'Tank farm' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'loading-bay',
        name: { zh: '装卸区', en: 'Loading bay' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'hazardous-waste',
        name: { zh: '危废暂存间', en: 'Hazardous waste store' },
        presets: ['chemical', 'electronics', 'large-chemical'],
      },
      {
        id: 'control-room',
        name: { zh: '中控室', en: 'Control room' },
        presets: ['chemical', 'large-chemical'],
      },
    ],
  },
  'equipment-kind': {
    name: { zh: '设备类型', en: 'Kinds of machines' },
    words: [
      {
        id: 'press',
        name: { zh: '压力机', en: 'Press' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'lathe',
        name: { zh: '车床', en: 'Lathe' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'cnc',
        name: { zh: '数控机床', en: 'CNC machine' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'grinder',
        name: { zh: '砂轮机', en: 'Grinder' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'shear',
        name: { zh: '剪板机', en: 'Shear' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'welder',
        name: { zh: '电焊机', en: 'Welding machine' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'crane',
        name: { zh: '起重机', en: 'Crane' },
        data: { special: true },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'forklift',
        name: { zh: '叉车', en: 'Forklift' },
        data: { special: true },
        presets: everyPreset,
      },
      {
        id: 'boiler',
        name: { zh: '锅炉', en: 'Boiler' },
        data: { special: true },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'pressure-vessel',
        name: { zh: '压力容器', en: 'Pressure vessel' },
        data: { special: true },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'lift',
        name: { zh: '电梯', en: 'Lift' },
        data: { special: true },
        presets: ['automotive', 'electronics'],
      },
      {
        id: 'robot',
        name: { zh: '工业机器人', en: 'Industrial robot' },
        presets: ['automotive', 'electronics'],
      },
      {
        id: 'conveyor',
        name: { zh: '输送线', en: 'Conveyor' },
        presets: ['automotive', 'electronics'],
      },
      { id: 'paint-booth', name: { zh: '喷漆室', en: 'Paint booth' }, presets: ['automotive'] },
      { id: 'reflow-oven', name: { zh: '回流焊炉', en: 'Reflow oven' }, presets: ['electronics'] },
      { id: 'etcher', name: { zh: '蚀刻设备', en: 'Etcher' }, presets: ['electronics'] },
      { id: 'exhaust', name: { zh: '排风系统', en: 'Exhaust system' }, presets: ['electronics'] },
      {
        id: 'reactor',
        name: { zh: '反应釜', en: 'Reactor' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'pipeline',
        name: { zh: '压力管道', en: 'Pressure pipe' },
        data: { special: true },
        presets: ['chemical', 'large-chemical'],
      },
      { id: 'tank', name: { zh: '储罐', en: 'Tank' }, presets: ['chemical', 'large-chemical'] },
      { id: 'pump', name: { zh: '机泵', en: 'Pump' }, presets: ['chemical', 'large-chemical'] },
    ],
  },
} as const satisfies Record<string, DictionaryEntry>;
