import { type DictionaryEntry, everyPreset } from '../../platform/manifest.ts';

/** The default words of a tenant, by preset. */
export const dictionaries = {
  'special-work': {
    name: { zh: '特殊作业', en: 'Special work' },
    words: [
      { id: 'hot-work', name: { zh: '动火作业', en: 'Hot work' }, presets: everyPreset },
      {
        id: 'confined-space',
        name: { zh: '受限空间作业', en: 'Confined space' },
        presets: everyPreset,
      },
      {
        id: 'work-at-height',
        name: { zh: '高处作业', en: 'Work at height' },
        presets: everyPreset,
      },
      { id: 'lifting', name: { zh: '吊装作业', en: 'Lifting' }, presets: everyPreset },
      {
        id: 'temporary-electricity',
        name: { zh: '临时用电', en: 'Temporary electricity' },
        presets: everyPreset,
      },
      {
        id: 'excavation',
        name: { zh: '动土作业', en: 'Excavation' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'road-closure',
        name: { zh: '断路作业', en: 'Closing a road' },
        presets: ['chemical', 'large-chemical'],
      },
      {
        id: 'blind-plate',
        name: { zh: '盲板抽堵', en: 'Blanking of pipes' },
        presets: ['chemical', 'large-chemical'],
      },
    ],
  },
} as const satisfies Record<string, DictionaryEntry>;
