import type { Named } from './catalogue.ts';

/** A question about the plant, answered with yes or no. */
export interface Question {
  id: string;
  text: Named;
}

const question = (id: string, zh: string, en: string): Question => ({ id, text: { zh, en } });

/** The survey of a new company, in plain words. */
export const questions: readonly Question[] = [
  question(
    'chemicals',
    '是否生产、使用或储存危险化学品？',
    'Do you make, use or store hazardous chemicals?',
  ),
  question(
    'gases',
    '是否有可燃、有毒气体或缺氧的场所？',
    'Are there places with flammable or toxic gases, or with little oxygen?',
  ),
  question(
    'special-equipment',
    '是否有特种设备（起重机、叉车、锅炉、压力容器、电梯）？',
    'Do you run special equipment (cranes, forklifts, boilers, pressure vessels, lifts)?',
  ),
  question(
    'dangerous-machines',
    '是否有压力机、机床等危险机械？',
    'Do you run presses, machine tools or other dangerous machines?',
  ),
  question(
    'special-work',
    '是否有动火、有限空间、高处等特殊作业？',
    'Is there hot work, work in confined spaces or at height?',
  ),
  question('cameras', '作业现场是否装有摄像机？', 'Are there cameras at the places of work?'),
  question('badges', '员工是否佩戴定位工牌？', 'Do people wear badges that tell where they are?'),
  question('shifts', '是否实行多班倒？', 'Do people work in shifts?'),
  question(
    'assembly-lines',
    '是否有联动的流水线？',
    'Are there assembly lines of linked machines?',
  ),
  question('erp', '是否使用 ERP、MES 等系统？', 'Do you use an ERP, an MES or the like?'),
  question(
    'suppliers',
    '是否采购物料，或有外部单位进厂作业、运输？',
    'Do you buy materials, or do other companies work on site or transport for you?',
  ),
  question('over-100', '从业人员是否超过一百人？', 'Do more than one hundred people work here?'),
];

export type Answers = Readonly<Record<string, boolean>>;

interface Rule {
  feature: string;
  /** The answer that requires it; null for a general requirement. */
  when: string | null;
  weight: 'required' | 'optional';
  reason: Named;
}

const rule = (
  feature: string,
  when: Rule['when'],
  weight: Rule['weight'],
  zh: string,
  en: string,
): Rule => ({ feature, when, weight, reason: { zh, en } });

const rules: readonly Rule[] = [
  rule(
    'people',
    null,
    'required',
    '所有模块都以人员与部门为基础。',
    'Every module stands on people and departments.',
  ),
  rule(
    'hazards',
    null,
    'required',
    '《安全生产法》第四十一条要求建立隐患排查治理制度，如实记录并向从业人员通报。',
    'The Work Safety Law, article 41, asks every company to look for hazards, put them right, record that truly and tell its people.',
  ),
  rule(
    'training',
    null,
    'required',
    '《安全生产法》第二十八条：未经安全生产教育和培训合格的从业人员，不得上岗作业。',
    'The Work Safety Law, article 28: nobody works without having been trained in safety.',
  ),
  rule(
    'emergency',
    null,
    'required',
    '《安全生产法》第八十一条要求制定应急救援预案并定期演练。',
    'The Work Safety Law, article 81, asks for an emergency plan and drills.',
  ),
  rule(
    'chemicals',
    'chemicals',
    'required',
    '使用危险化学品，须掌握其采购、储存、领用与废弃。',
    'Hazardous chemicals have to be known from purchase to waste.',
  ),
  rule(
    'gas',
    'chemicals',
    'required',
    '危险化学品场所须监测可燃与有毒气体。',
    'Where there are hazardous chemicals, gases are watched.',
  ),
  rule(
    'gas',
    'gases',
    'required',
    '存在可燃、有毒气体或缺氧风险。',
    'There is a risk of fire, poisoning or suffocation.',
  ),
  rule(
    'equipment',
    'special-equipment',
    'required',
    '特种设备须建档、定期检验，由持证人员操作。',
    'Special equipment needs a file, regular inspection and operators with a certificate.',
  ),
  rule(
    'equipment',
    'dangerous-machines',
    'required',
    '危险机械须点检、维护，防护装置须完好。',
    'Dangerous machines need inspection, upkeep and sound guards.',
  ),
  rule(
    'training',
    'special-work',
    'required',
    '特种作业人员须持证上岗。',
    'Special work is for people with a certificate.',
  ),
  rule(
    'monitoring',
    'cameras',
    'optional',
    '利用已有摄像机识别未戴安全帽、越界等违章。',
    'The cameras that are there can see missing hard hats and who crosses a fence.',
  ),
  rule(
    'monitoring',
    'dangerous-machines',
    'optional',
    '危险机械旁的违章可被及时发现。',
    'Violations near dangerous machines are seen in time.',
  ),
  rule(
    'positioning',
    'badges',
    'optional',
    '工牌可确认违章人员身份与所在区域。',
    'Badges tell who it was, and who is where.',
  ),
  rule(
    'attendance',
    'shifts',
    'optional',
    '多班倒需要知道谁在岗、谁未打卡。',
    'With shifts you need to know who is in, and who did not clock in.',
  ),
  rule(
    'assembly-lines',
    'assembly-lines',
    'optional',
    '流水线设备的停机联动。',
    'What stops one machine of a line stops its neighbours.',
  ),
  rule(
    'scheduling',
    'erp',
    'optional',
    '排程可考虑设备与人员的安全条件。',
    'The schedule can heed what safety asks.',
  ),
  rule(
    'integrations',
    'erp',
    'optional',
    '向 ERP、MES 推送事件，免去重复录入。',
    'The ERP or MES gets the events; nothing is entered twice.',
  ),
  rule(
    'suppliers',
    'suppliers',
    'optional',
    '供应商资质、来料与危废转移须可查。',
    'Qualifications of suppliers, deliveries and transfers of waste can be traced.',
  ),
  rule(
    'supply-chain',
    'suppliers',
    'optional',
    '相关方进厂与危险品运输的管理。',
    'Other companies on site and transports are looked after.',
  ),
  rule(
    'reports',
    'over-100',
    'optional',
    '人数较多时，管理层需要汇总报表。',
    'With many people, the management needs summaries.',
  ),
  rule(
    'prediction',
    'special-equipment',
    'optional',
    '关键设备可提前预警。',
    'Key machines can warn ahead.',
  ),
];

/** Questions that choose between presets, independent of the modules. */
const choosing: readonly string[] = ['assembly-lines', 'over-100'];

/**
 * The questions for a version: those on which one of its modules hangs, and those that choose a preset.
 * A question about a module that does not exist would promise it.
 */
export const questionsFor = (isBuilt: (feature: string) => boolean): readonly Question[] =>
  questions.filter(
    ({ id }) =>
      choosing.includes(id) || rules.some(({ when, feature }) => when === id && isBuilt(feature)),
  );

export interface Advice {
  feature: string;
  reasons: Named[];
}

/** The required and recommended features of the plant, each with all reasons. */
export function advise(answers: Answers): {
  required: Advice[];
  optional: Advice[];
  preset: string;
} {
  const found = new Map<string, { weight: Rule['weight']; reasons: Named[] }>();
  for (const { feature, when, weight, reason } of rules) {
    if (when !== null && answers[when] !== true) continue;
    const before = found.get(feature);
    found.set(feature, {
      weight: before?.weight === 'required' ? 'required' : weight,
      reasons: [...(before?.reasons ?? []), reason],
    });
  }
  const of = (wanted: Rule['weight']): Advice[] =>
    [...found].flatMap(([feature, { weight, reasons }]) =>
      weight === wanted ? [{ feature, reasons }] : [],
    );
  return { required: of('required'), optional: of('optional'), preset: presetFor(answers) };
}

function presetFor(answers: Answers): string {
  if (answers.chemicals) return answers['over-100'] ? 'large-chemical' : 'chemical';
  if (answers['assembly-lines']) return answers.gases ? 'electronics' : 'automotive';
  return answers['over-100'] ? 'machinery' : 'small-machinery';
}
