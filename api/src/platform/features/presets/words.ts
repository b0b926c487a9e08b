import type { Named } from '../catalogue.ts';

/** An entry of a dictionary as a preset brings it. */
export interface Word {
  id: string;
  name: Named;
  data?: Record<string, unknown>;
}

const word = (id: string, zh: string, en: string, data?: Word['data']): Word => ({
  id,
  name: { zh, en },
  ...(data ? { data } : {}),
});

/** Kinds of areas. The first seven are those that every tenant has. */
export const areaKinds = {
  workshop: word('workshop', '车间', 'Workshop'),
  machineCell: word('machine-cell', '设备作业区', 'Machine cell'),
  storage: word('storage', '仓库', 'Storage'),
  chemicalStorage: word('chemical-storage', '化学品库', 'Chemical storage'),
  passage: word('passage', '通道', 'Passage'),
  office: word('office', '办公区', 'Office'),
  other: word('other', '其他', 'Other'),
  weldingShop: word('welding-shop', '焊接区', 'Welding shop'),
  pressShop: word('press-shop', '冲压区', 'Press shop'),
  paintShop: word('paint-shop', '涂装区', 'Paint shop'),
  assemblyLine: word('assembly-line', '装配线', 'Assembly line'),
  batteryRoom: word('battery-room', '电池间', 'Battery room'),
  cleanRoom: word('clean-room', '洁净室', 'Clean room'),
  solderingLine: word('soldering-line', '焊接回流线', 'Soldering line'),
  gasRoom: word('gas-room', '特气间', 'Special gas room'),
  reactorHall: word('reactor-hall', '反应装置区', 'Reactor hall'),
  tankFarm: word('tank-farm', '罐区', 'Tank farm'),
  loadingBay: word('loading-bay', '装卸区', 'Loading bay'),
  wasteStore: word('hazardous-waste', '危废暂存间', 'Hazardous waste store'),
  controlRoom: word('control-room', '中控室', 'Control room'),
} as const;

export const ppeItems = {
  helmet: word('helmet', '安全帽', 'Hard hat'),
  vest: word('vest', '反光背心', 'High-visibility vest'),
  goggles: word('goggles', '护目镜', 'Goggles'),
  faceShield: word('face-shield', '防护面屏', 'Face shield'),
  earMuffs: word('ear-protection', '护听器', 'Ear protection'),
  gloves: word('gloves', '防护手套', 'Gloves'),
  cutGloves: word('cut-gloves', '防割手套', 'Cut-resistant gloves'),
  shoes: word('safety-shoes', '安全鞋', 'Safety shoes'),
  weldingMask: word('welding-mask', '焊接面罩', 'Welding mask'),
  respirator: word('respirator', '防毒面具', 'Respirator'),
  breathing: word('breathing-apparatus', '正压式空气呼吸器', 'Breathing apparatus'),
  chemicalSuit: word('chemical-suit', '防化服', 'Chemical suit'),
  antistatic: word('antistatic-clothing', '防静电工作服', 'Antistatic clothing'),
  wristStrap: word('wrist-strap', '防静电手环', 'Wrist strap'),
  harness: word('harness', '安全带', 'Harness'),
} as const;

export const equipmentKinds = {
  press: word('press', '压力机', 'Press'),
  lathe: word('lathe', '车床', 'Lathe'),
  cnc: word('cnc', '数控机床', 'CNC machine'),
  grinder: word('grinder', '砂轮机', 'Grinder'),
  shear: word('shear', '剪板机', 'Shear'),
  crane: word('crane', '起重机', 'Crane', { special: true }),
  forklift: word('forklift', '叉车', 'Forklift', { special: true }),
  boiler: word('boiler', '锅炉', 'Boiler', { special: true }),
  vessel: word('pressure-vessel', '压力容器', 'Pressure vessel', { special: true }),
  lift: word('lift', '电梯', 'Lift', { special: true }),
  robot: word('robot', '工业机器人', 'Industrial robot'),
  conveyor: word('conveyor', '输送线', 'Conveyor'),
  paintBooth: word('paint-booth', '喷漆室', 'Paint booth'),
  reflow: word('reflow-oven', '回流焊炉', 'Reflow oven'),
  etcher: word('etcher', '蚀刻设备', 'Etcher'),
  exhaust: word('exhaust', '排风系统', 'Exhaust system'),
  reactor: word('reactor', '反应釜', 'Reactor'),
  pipeline: word('pipeline', '压力管道', 'Pressure pipe', { special: true }),
  tank: word('tank', '储罐', 'Tank'),
  pump: word('pump', '机泵', 'Pump'),
} as const;

/** Special work that needs a permit. Where it is done decides which a tenant needs. */
export const specialWork = {
  hot: word('hot-work', '动火作业', 'Hot work'),
  confined: word('confined-space', '受限空间作业', 'Confined space'),
  height: word('work-at-height', '高处作业', 'Work at height'),
  lifting: word('lifting', '吊装作业', 'Lifting'),
  electricity: word('temporary-electricity', '临时用电', 'Temporary electricity'),
  digging: word('excavation', '动土作业', 'Excavation'),
  road: word('road-closure', '断路作业', 'Closing a road'),
  blind: word('blind-plate', '盲板抽堵', 'Blanking of pipes'),
} as const;

/** Types of hazards; those with `chemical` are hidden where no chemicals are worked with. */
export const hazardTypes = {
  unsafeAct: word('unsafe-act', '不安全行为', 'Unsafe behaviour'),
  unsafeCondition: word('unsafe-condition', '不安全状态', 'Unsafe condition'),
  ppe: word('ppe', '劳动防护用品', 'Protective equipment'),
  guard: word('machine-guard', '机械防护', 'Machine guards'),
  electrical: word('electrical', '电气安全', 'Electrical'),
  fire: word('fire', '消防与疏散', 'Fire and escape'),
  lifting: word('lifting', '起重与吊装', 'Lifting'),
  vehicle: word('vehicle', '厂内机动车辆', 'Vehicles on site'),
  height: word('work-at-height', '高处作业', 'Work at height'),
  hot: word('hot-work', '动火作业', 'Hot work'),
  confined: word('confined-space', '有限空间', 'Confined space'),
  special: word('special-equipment', '特种设备', 'Special equipment'),
  leak: word('chemical-leak', '化学品泄漏', 'Chemical leak', { chemical: true }),
  metering: word('metering-anomaly', '物料计量异常', 'Metering anomaly', { chemical: true }),
  chemicalStorage: word('chemical-storage', '化学品储存', 'Chemical storage', { chemical: true }),
  dust: word('dust', '粉尘与通风', 'Dust and ventilation'),
  health: word('occupational-health', '职业卫生', 'Occupational health'),
  housekeeping: word('housekeeping', '现场 5S', 'Housekeeping'),
  management: word('management', '管理缺陷', 'Management'),
  battery: word('battery-fire', '电池热失控', 'Thermal runaway of batteries'),
  robotCell: word('robot-cell', '机器人工作站', 'Robot cell'),
  esd: word('static-discharge', '静电', 'Static discharge'),
  specialGas: word('special-gas', '特种气体', 'Special gases', { chemical: true }),
  process: word('process-upset', '工艺异常', 'Process upset', { chemical: true }),
  other: word('other', '其他', 'Other'),
} as const;
