import { type DictionaryEntry, everyPreset } from '../../platform/manifest.ts';

/** The default words of a tenant, by preset. */
export const dictionaries = {
  'ppe-item': {
    name: { zh: '防护用品', en: 'Protective equipment' },
    words: [
      { id: 'helmet', name: { zh: '安全帽', en: 'Hard hat' }, presets: everyPreset },
      { id: 'vest', name: { zh: '反光背心', en: 'High-visibility vest' }, presets: everyPreset },
      { id: 'goggles', name: { zh: '护目镜', en: 'Goggles' }, presets: everyPreset },
      { id: 'face-shield', name: { zh: '防护面屏', en: 'Face shield' }, presets: everyPreset },
      {
        id: 'ear-protection',
        name: { zh: '护听器', en: 'Ear protection' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      { id: 'gloves', name: { zh: '防护手套', en: 'Gloves' }, presets: everyPreset },
      {
        id: 'cut-gloves',
        name: { zh: '防割手套', en: 'Cut-resistant gloves' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      { id: 'safety-shoes', name: { zh: '安全鞋', en: 'Safety shoes' }, presets: everyPreset },
      {
        id: 'welding-mask',
        name: { zh: '焊接面罩', en: 'Welding mask' },
        presets: ['machinery', 'automotive', 'small-machinery'],
      },
      {
        id: 'respirator',
        name: { zh: '防毒面具', en: 'Respirator' },
        presets: ['chemical', 'automotive', 'electronics', 'large-chemical'],
      },
      {
        id: 'breathing-apparatus',
        name: { zh: '正压式空气呼吸器', en: 'Breathing apparatus' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'chemical-suit',
        name: { zh: '防化服', en: 'Chemical suit' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'antistatic-clothing',
        name: { zh: '防静电工作服', en: 'Antistatic clothing' },
        presets: ['chemical', 'automotive', 'electronics', 'large-chemical'],
      },
      {
        id: 'wrist-strap',
        name: { zh: '防静电手环', en: 'Wrist strap' },
        presets: ['electronics'],
      },
      {
        id: 'harness',
        name: { zh: '安全带', en: 'Harness' },
        presets: ['machinery', 'chemical', 'automotive', 'small-machinery', 'large-chemical'],
      },
    ],
  },
} as const satisfies Record<string, DictionaryEntry>;
