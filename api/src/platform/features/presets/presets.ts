import { type DeclaredManifest, manifests } from '../../../modules/manifests.ts';
import type { DictionaryEntry, DictionaryWord } from '../../manifest.ts';
import { builtFeaturesOf, type Named } from '../catalogue.ts';

type DictionariesOf<Manifest> = Manifest extends { dictionaries: infer Entries }
  ? keyof Entries & string
  : never;
/** The dictionaries of the modules. */
export type DictionaryId = DictionariesOf<DeclaredManifest>;

const declared = Object.fromEntries(
  manifests.flatMap((one) => Object.entries(one.dictionaries ?? {})),
) as Record<DictionaryId, DictionaryEntry>;

/** Words by dictionary. */
type Words = Readonly<Record<DictionaryId, readonly DictionaryWord[]>>;
const mapWords = (choose: (words: readonly DictionaryWord[]) => readonly DictionaryWord[]): Words =>
  Object.fromEntries(
    Object.entries(declared).map(([id, { words }]) => [id, choose(words)]),
  ) as unknown as Words;

/** Dictionaries that a preset can fill, with their display names. */
export const dictionaries = Object.fromEntries(
  Object.entries(declared).map(([id, { name }]) => [id, name]),
) as Record<DictionaryId, Named>;

/** The words of all presets. */
export const allWords: Words = mapWords((words) => words);

/** The initial set-up for a kind of company. */
export interface Preset {
  id: string;
  name: Named;
  description: Named;
  /** Enabled features; planned ones follow with a later version. */
  features: readonly string[];
  words: Words;
}

/** @param planned features of later versions. */
const preset = (
  id: string,
  name: Named,
  description: Named,
  planned: readonly string[],
): Preset => ({
  id,
  name,
  description,
  features: [...builtFeaturesOf(id), ...planned],
  words: mapWords((words) => words.filter(({ presets }) => presets.includes(id))),
});

const planned = ['equipment', 'training', 'emergency', 'reports'];

export const presets: readonly Preset[] = [
  preset(
    'machinery',
    { zh: '机械制造', en: 'Machinery' },
    {
      zh: '机加工、冲压、焊接；不含化工功能',
      en: 'Machining, presses, welding; without the chemical modules',
    },
    [...planned, 'scheduling', 'prediction'],
  ),
  preset(
    'chemical',
    { zh: '化工', en: 'Chemicals' },
    {
      zh: '反应装置、罐区、危险化学品与气体监测',
      en: 'Reactors, tank farms, hazardous chemicals and gas detection',
    },
    [...planned, 'prediction', 'chemicals', 'gas', 'supply-chain'],
  ),
  preset(
    'automotive',
    { zh: '汽车制造', en: 'Automotive' },
    {
      zh: '冲压、焊装、涂装、总装流水线与电池',
      en: 'Press, body, paint and assembly shops, and batteries',
    },
    [...planned, 'scheduling', 'prediction', 'assembly-lines', 'supply-chain'],
  ),
  preset(
    'electronics',
    { zh: '电子元器件', en: 'Electronic components' },
    {
      zh: '洁净室、贴装与焊接、特种气体',
      en: 'Clean rooms, mounting and soldering, special gases',
    },
    [...planned, 'scheduling', 'gas', 'assembly-lines', 'supply-chain'],
  ),
  preset(
    'small-machinery',
    { zh: '小型机械厂', en: 'Small machinery works' },
    {
      zh: '设备管理、人员管理、隐患排查三个核心模块',
      en: 'Three core modules: equipment, people and hazards',
    },
    ['equipment'],
  ),
  preset(
    'large-chemical',
    { zh: '大型化工', en: 'Large chemical plant' },
    {
      zh: '化工预设之上，突出原料管理、气体监测与应急处置',
      en: 'The chemical preset, with chemicals, gas detection and emergency at its heart',
    },
    [...planned, 'scheduling', 'prediction', 'chemicals', 'gas', 'supply-chain'],
  ),
];
