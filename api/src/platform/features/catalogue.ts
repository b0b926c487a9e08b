import { manifests } from '../../modules/manifests.ts';
import type { Bilingual } from '../manifest.ts';

/** A name in both languages. */
export type Named = Bilingual;

/** A feature as a tenant chooses it. */
export interface Feature {
  id: string;
  name: Named;
  description: Named;
  /** For every industry, or for some. */
  kind: 'base' | 'industry';
  /** Required features cannot be switched off. */
  required: boolean;
  /** Part of this version. Planned ones are shown nowhere. */
  built: boolean;
  /** The features that it depends on. */
  dependsOn: readonly string[];
  /** Record kinds whose workflows pause with it. */
  records: readonly string[];
}

type Given = Pick<Feature, 'id' | 'name' | 'description'> &
  Partial<Omit<Feature, 'required'>> & { required?: boolean };

const feature = (given: Given): Feature => ({
  kind: 'base',
  required: false,
  built: true,
  dependsOn: [],
  records: [],
  ...given,
});

const planned = (given: Given): Feature => feature({ built: false, ...given });

/** Features declared by the modules of this version. */
const built = manifests.flatMap((one) => (typeof one.feature === 'object' ? [one.feature] : []));

/** The features of the manifests, and the planned ones. */
export const features: readonly Feature[] = [
  ...built.map(({ presets: _, ...entry }) => feature(entry)),
  planned({
    id: 'equipment',
    name: { zh: '设备管理', en: 'Equipment' },
    description: {
      zh: '设备全生命周期、特种设备、点检与预警',
      en: 'Machines through their life, special equipment, inspection and warnings',
    },
  }),
  planned({
    id: 'training',
    name: { zh: '培训', en: 'Training' },
    description: { zh: '课程、考试与岗位匹配', en: 'Courses, tests and what each post needs' },
    dependsOn: ['people'],
  }),
  planned({
    id: 'emergency',
    name: { zh: '应急处置', en: 'Emergency' },
    description: { zh: '预案、物资、演练与处置', en: 'Plans, supplies, drills and response' },
    dependsOn: ['people'],
  }),
  planned({
    id: 'scheduling',
    name: { zh: '生产排程', en: 'Production schedule' },
    description: { zh: '排程与安全条件联动', en: 'The schedule and what safety asks of it' },
    dependsOn: ['equipment'],
  }),
  planned({
    id: 'reports',
    name: { zh: '报表', en: 'Reports' },
    description: { zh: '管理报表与订阅', en: 'Reports for the management, also by subscription' },
  }),
  planned({
    id: 'prediction',
    name: { zh: '风险预测', en: 'Risk prediction' },
    description: { zh: '设备与作业风险预测', en: 'Forecasts of the risk of machines and work' },
    dependsOn: ['equipment'],
  }),
  planned({
    id: 'chemicals',
    kind: 'industry',
    name: { zh: '原料管理', en: 'Chemicals' },
    description: {
      zh: '化工原料从采购、储存到废弃的全过程',
      en: 'Chemicals from purchase over storage to waste',
    },
    dependsOn: ['people', 'hazards'],
  }),
  planned({
    id: 'gas',
    kind: 'industry',
    name: { zh: '气体监测', en: 'Gas' },
    description: { zh: '多种气体与三级预警', en: 'Several gases and three levels of warning' },
  }),
  planned({
    id: 'assembly-lines',
    kind: 'industry',
    name: { zh: '流水线联动', en: 'Assembly lines' },
    description: { zh: '流水线设备联锁与联动', en: 'Linked machines of an assembly line' },
    dependsOn: ['equipment'],
  }),
  planned({
    id: 'supply-chain',
    kind: 'industry',
    name: { zh: '供应链', en: 'Supply chain' },
    description: { zh: '供应商与物流安全', en: 'Safety of suppliers and transport' },
  }),
];

/** The features of the manifests that a preset switches on. */
export const builtFeaturesOf = (preset: string): string[] =>
  built
    .filter(({ presets }) => presets === undefined || presets.includes(preset))
    .map(({ id }) => id);

/** The state of a feature for a tenant. */
export interface FeatureState {
  on: boolean;
  /** Chosen, and waiting for a version that contains it. */
  wanted: boolean;
}

/**
 * The enabled features, from the tenant's choices: all general ones by default; never one whose
 * dependency is off.
 */
export function resolve(
  choices: ReadonlyMap<string, boolean>,
  catalogue: readonly Feature[] = features,
): Map<string, FeatureState> {
  const states = new Map<string, FeatureState>();
  const byId = new Map(catalogue.map((one) => [one.id, one]));
  const stateOf = (id: string): FeatureState => {
    const known = states.get(id);
    if (known) return known;
    const one = byId.get(id);
    if (!one) return { on: false, wanted: false };
    const chosen = one.required || (choices.get(id) ?? one.kind === 'base');
    const on = one.built && chosen && one.dependsOn.every((other) => stateOf(other).on);
    const state = { on, wanted: chosen && !one.built && choices.get(id) === true };
    states.set(id, state);
    return state;
  };
  for (const { id } of catalogue) stateOf(id);
  return states;
}

/** Features that depend on this one, also indirectly. */
export function neededBy(id: string, catalogue: readonly Feature[] = features): string[] {
  const found = new Set<string>();
  const follow = (of: string) => {
    for (const one of catalogue) {
      if (one.dependsOn.includes(of) && !found.has(one.id)) {
        found.add(one.id);
        follow(one.id);
      }
    }
  };
  follow(id);
  return [...found];
}
