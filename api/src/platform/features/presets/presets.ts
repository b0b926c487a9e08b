import type { Named } from '../catalogue.ts';
import {
  areaKinds,
  equipmentKinds,
  hazardTypes,
  ppeItems,
  specialWork,
  type Word,
} from './words.ts';

/** What can be filled by a preset, with the words for the page. */
export const dictionaries = {
  'area-kind': { zh: '区域类型', en: 'Kinds of areas' },
  'ppe-item': { zh: '防护用品', en: 'Protective equipment' },
  'equipment-kind': { zh: '设备类型', en: 'Kinds of machines' },
  'special-work': { zh: '特殊作业', en: 'Special work' },
  'hazard-type': { zh: '隐患类型', en: 'Types of hazards' },
} as const satisfies Record<string, Named>;

export type DictionaryId = keyof typeof dictionaries;

/** What a kind of company starts with. */
export interface Preset {
  id: string;
  name: Named;
  description: Named;
  /** Modules that are switched on; those that are only planned follow with the version that brings them. */
  features: readonly string[];
  words: Readonly<Record<DictionaryId, readonly Word[]>>;
}

const everywhere = {
  areas: [
    areaKinds.workshop,
    areaKinds.machineCell,
    areaKinds.storage,
    areaKinds.passage,
    areaKinds.office,
    areaKinds.other,
  ],
  ppe: [ppeItems.helmet, ppeItems.vest, ppeItems.goggles, ppeItems.gloves, ppeItems.shoes],
  work: [specialWork.hot, specialWork.height, specialWork.lifting, specialWork.electricity],
  hazards: [
    hazardTypes.unsafeAct,
    hazardTypes.unsafeCondition,
    hazardTypes.ppe,
    hazardTypes.guard,
    hazardTypes.electrical,
    hazardTypes.fire,
    hazardTypes.vehicle,
    hazardTypes.height,
    hazardTypes.hot,
    hazardTypes.special,
    hazardTypes.health,
    hazardTypes.housekeeping,
    hazardTypes.management,
    hazardTypes.other,
  ],
};

const machining: Preset['words'] = {
  'area-kind': [...everywhere.areas, areaKinds.weldingShop, areaKinds.pressShop],
  'ppe-item': [
    ...everywhere.ppe,
    ppeItems.earMuffs,
    ppeItems.cutGloves,
    ppeItems.weldingMask,
    ppeItems.faceShield,
    ppeItems.harness,
  ],
  'equipment-kind': [
    equipmentKinds.press,
    equipmentKinds.lathe,
    equipmentKinds.cnc,
    equipmentKinds.grinder,
    equipmentKinds.shear,
    equipmentKinds.crane,
    equipmentKinds.forklift,
  ],
  'special-work': [...everywhere.work, specialWork.confined],
  'hazard-type': [
    ...everywhere.hazards,
    hazardTypes.lifting,
    hazardTypes.dust,
    hazardTypes.confined,
  ],
};

const chemistry: Preset['words'] = {
  'area-kind': [
    ...everywhere.areas,
    areaKinds.chemicalStorage,
    areaKinds.reactorHall,
    areaKinds.tankFarm,
    areaKinds.loadingBay,
    areaKinds.wasteStore,
    areaKinds.controlRoom,
  ],
  'ppe-item': [
    ...everywhere.ppe,
    ppeItems.faceShield,
    ppeItems.respirator,
    ppeItems.breathing,
    ppeItems.chemicalSuit,
    ppeItems.antistatic,
    ppeItems.harness,
  ],
  'equipment-kind': [
    equipmentKinds.reactor,
    equipmentKinds.vessel,
    equipmentKinds.pipeline,
    equipmentKinds.tank,
    equipmentKinds.pump,
    equipmentKinds.boiler,
    equipmentKinds.forklift,
  ],
  'special-work': Object.values(specialWork),
  'hazard-type': [
    ...everywhere.hazards,
    hazardTypes.lifting,
    hazardTypes.confined,
    hazardTypes.leak,
    hazardTypes.metering,
    hazardTypes.chemicalStorage,
    hazardTypes.process,
    hazardTypes.esd,
  ],
};

const common = ['people', 'hazards', 'monitoring', 'positioning', 'integrations'];
const planned = ['equipment', 'training', 'emergency', 'attendance', 'reports'];

export const presets: readonly Preset[] = [
  {
    id: 'machinery',
    name: { zh: '机械制造', en: 'Machinery' },
    description: {
      zh: '机加工、冲压、焊接；不含化工功能',
      en: 'Machining, presses, welding; without the chemical modules',
    },
    features: [...common, ...planned, 'scheduling', 'prediction'],
    words: machining,
  },
  {
    id: 'chemical',
    name: { zh: '化工', en: 'Chemicals' },
    description: {
      zh: '反应装置、罐区、危险化学品与气体监测',
      en: 'Reactors, tank farms, hazardous chemicals and gas detection',
    },
    features: [...common, ...planned, 'prediction', 'chemicals', 'gas', 'supply-chain'],
    words: chemistry,
  },
  {
    id: 'automotive',
    name: { zh: '汽车制造', en: 'Automotive' },
    description: {
      zh: '冲压、焊装、涂装、总装流水线与电池',
      en: 'Press, body, paint and assembly shops, and batteries',
    },
    features: [...common, ...planned, 'scheduling', 'prediction', 'assembly-lines', 'supply-chain'],
    words: {
      'area-kind': [
        ...machining['area-kind'],
        areaKinds.paintShop,
        areaKinds.assemblyLine,
        areaKinds.batteryRoom,
      ],
      'ppe-item': [...machining['ppe-item'], ppeItems.respirator, ppeItems.antistatic],
      'equipment-kind': [
        ...machining['equipment-kind'],
        equipmentKinds.robot,
        equipmentKinds.conveyor,
        equipmentKinds.paintBooth,
        equipmentKinds.lift,
      ],
      'special-work': machining['special-work'],
      'hazard-type': [
        ...machining['hazard-type'],
        hazardTypes.robotCell,
        hazardTypes.battery,
        hazardTypes.esd,
      ],
    },
  },
  {
    id: 'electronics',
    name: { zh: '电子元器件', en: 'Electronic components' },
    description: {
      zh: '洁净室、贴装与焊接、特种气体',
      en: 'Clean rooms, mounting and soldering, special gases',
    },
    features: [...common, ...planned, 'scheduling', 'gas', 'assembly-lines', 'supply-chain'],
    words: {
      'area-kind': [
        ...everywhere.areas,
        areaKinds.cleanRoom,
        areaKinds.solderingLine,
        areaKinds.gasRoom,
        areaKinds.assemblyLine,
        areaKinds.wasteStore,
      ],
      'ppe-item': [
        ...everywhere.ppe,
        ppeItems.antistatic,
        ppeItems.wristStrap,
        ppeItems.respirator,
        ppeItems.faceShield,
      ],
      'equipment-kind': [
        equipmentKinds.reflow,
        equipmentKinds.etcher,
        equipmentKinds.robot,
        equipmentKinds.conveyor,
        equipmentKinds.exhaust,
        equipmentKinds.lift,
        equipmentKinds.forklift,
      ],
      'special-work': [...everywhere.work, specialWork.confined],
      'hazard-type': [
        ...everywhere.hazards,
        hazardTypes.dust,
        hazardTypes.esd,
        hazardTypes.specialGas,
        hazardTypes.robotCell,
      ],
    },
  },
  {
    id: 'small-machinery',
    name: { zh: '小型机械厂', en: 'Small machinery works' },
    description: {
      zh: '设备管理、人员管理、隐患排查三个核心模块',
      en: 'Three core modules: equipment, people and hazards',
    },
    features: ['people', 'hazards', 'equipment'],
    words: machining,
  },
  {
    id: 'large-chemical',
    name: { zh: '大型化工', en: 'Large chemical plant' },
    description: {
      zh: '化工预设之上，突出原料管理、气体监测与应急处置',
      en: 'The chemical preset, with chemicals, gas detection and emergency at its heart',
    },
    features: [
      ...common,
      ...planned,
      'scheduling',
      'prediction',
      'chemicals',
      'gas',
      'supply-chain',
    ],
    words: chemistry,
  },
];
