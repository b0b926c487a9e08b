import type { Fault, ImportForm, IssueWords } from '../../platform/imports/types.ts';

const both = (text: string) => ({ zh: text, en: text });
/** As the schema of a post takes them. */
const CODE = /^[\p{L}\p{N}._-]+$/u;
const MOST_CREW = 999;

const issues: Readonly<Record<string, IssueWords>> = {
  department: {
    what: { zh: '没有该部门', en: 'There is no such department' },
    cure: {
      zh: '填写“部门与场所”中的名称或编号，或先添加该部门。',
      en: 'Write a name or id of the page of places, or add the department first.',
    },
  },
  'department-twice': {
    what: { zh: '有多个同名部门', en: 'Several departments have this name' },
    cure: { zh: '填写部门编号 {ids}。', en: 'Write the id instead: {ids}.' },
  },
  'several-names': {
    what: { zh: '有多个同名项', en: 'Several have this name' },
    cure: { zh: '填写编号 {ids}。', en: 'Write the id instead: {ids}.' },
  },
  'no-area': {
    what: { zh: '没有区域“{word}”', en: 'There is no area “{word}”' },
    cure: {
      zh: '填写已有区域的名称或编号，多个以分号隔开。',
      en: 'Write names or ids of areas, with semicolons between them.',
    },
  },
  'no-machine': {
    what: { zh: '没有设备“{word}”', en: 'There is no machine “{word}”' },
    cure: {
      zh: '填写已有设备的名称或编号，多个以分号隔开。',
      en: 'Write names or ids of machines, with semicolons between them.',
    },
  },
  'no-word': {
    what: { zh: '字典中没有“{word}”', en: 'The dictionary has no word “{word}”' },
    cure: {
      zh: '填写字典中启用的名称或编号，多个以分号隔开；缺少的先在字典中添加。',
      en: 'Write names or ids that the dictionary offers, with semicolons between them; add missing words there first.',
    },
  },
  'skill-level': {
    what: { zh: '“{entry}”没有 1 至 4 级', en: '“{entry}” has no level from 1 to 4' },
    cure: {
      zh: '写作“技能 等级”，如 冲压操作 2。',
      en: 'Write the skill and its level, such as Operating presses 2.',
    },
  },
  'skill-twice': {
    what: { zh: '同一技能写了两次：{entry}', en: 'A skill stands twice: {entry}' },
    cure: { zh: '只保留一个等级。', en: 'Keep one level.' },
  },
  'exposure-form': {
    what: { zh: '“{entry}”没有接触途径', en: '“{entry}” has no route' },
    cure: {
      zh: '写作“因素（途径）”，途径为吸入、皮肤、眼睛、食入、听觉或全身，如 噪声（听觉）。',
      en: 'Write it as noise (hearing); routes are inhalation, skin, eyes, ingestion, hearing and body.',
    },
  },
  crew: {
    what: { zh: '不是 0 至 999 的整数', en: 'It is no whole number from 0 to 999' },
    cure: { zh: '填写最少人数。', en: 'Write how many people the post needs at least.' },
  },
  'name-taken': {
    what: {
      zh: '该部门已有同名岗位（{code}）',
      en: 'The department has a post of this name ({code})',
    },
    cure: {
      zh: '更正编号以更改该岗位，或换一个名称。',
      en: 'Correct the code to change that post, or give another name.',
    },
  },
};

const crewFault = (value: string): Fault | null =>
  /^\d{1,3}$/.test(value) && Number(value) <= MOST_CREW ? null : { code: 'crew' };
/** Of cells with several entries. */
const LIST = 1000;

export const posts: ImportForm = {
  id: 'posts',
  name: { zh: '岗位', en: 'Posts' },
  permission: 'post:manage',
  label: ['code', 'name'],
  key: ['code'],
  issues,
  columns: [
    {
      id: 'code',
      name: { zh: '岗位编号', en: 'Post code' },
      words: ['编号', '岗位代码', '代码', 'code', 'post no', 'post number'],
      kind: 'code',
      required: true,
      unique: true,
      max: 32,
      check: (value) => (CODE.test(value) ? null : { code: 'form' }),
      example: both('CY-01'),
    },
    {
      id: 'name',
      name: { zh: '岗位名称', en: 'Post' },
      words: ['岗位', '名称', '职位', 'name', 'post name', 'position'],
      kind: 'text',
      required: true,
      max: 64,
      example: { zh: '冲压工', en: 'Press operator' },
    },
    {
      id: 'kind',
      name: { zh: '岗位类型', en: 'Kind of post' },
      words: ['类型', '类别', '岗位类别', 'kind', 'type'],
      kind: 'text',
      required: true,
      max: 64,
      example: { zh: '操作岗', en: 'Operator' },
    },
    {
      id: 'department',
      name: { zh: '部门', en: 'Department' },
      words: ['所属部门', '部门编号', '车间', 'dept'],
      kind: 'text',
      max: 128,
      example: { zh: '冲压车间', en: 'Press shop' },
    },
    {
      id: 'areas',
      name: { zh: '工作区域', en: 'Areas' },
      words: ['区域', '作业区域', '场所', 'area', 'work area'],
      kind: 'text',
      max: LIST,
      example: { zh: '冲压一区; 冲压二区', en: 'Press area 1; Press area 2' },
    },
    {
      id: 'machines',
      name: { zh: '操作设备', en: 'Machines' },
      words: ['设备', '机器', '设备编号', 'machine', 'equipment'],
      kind: 'text',
      max: LIST,
      example: { zh: 'press-01; press-02', en: 'press-01; press-02' },
    },
    {
      id: 'skills',
      name: { zh: '所需技能及等级', en: 'Skills with level' },
      words: ['技能', '技能要求', '所需技能', 'skills', 'skill'],
      kind: 'text',
      max: LIST,
      example: { zh: '冲压操作 2; 上锁挂牌 1', en: 'Operating presses 2; Lock-out and tag-out 1' },
    },
    {
      id: 'specialWork',
      name: { zh: '特种作业类别', en: 'Special work' },
      words: ['特种作业', '特种作业证', 'special work categories', 'special-work certificates'],
      kind: 'text',
      max: LIST,
      example: { zh: '焊接与热切割作业', en: 'Welding and thermal cutting' },
    },
    {
      id: 'specialEquipment',
      name: { zh: '特种设备作业类别', en: 'Special equipment' },
      words: ['特种设备', '特种设备作业', 'special equipment categories'],
      kind: 'text',
      max: LIST,
      example: { zh: '叉车司机（N1）', en: 'Forklift driver (N1)' },
    },
    {
      id: 'courses',
      name: { zh: '所需培训课程', en: 'Courses' },
      words: ['培训课程', '培训', '课程', '课程编号', 'course', 'training', 'course codes'],
      kind: 'text',
      max: LIST,
      example: { zh: '上锁挂牌; 岗位安全操作规程', en: 'Lock-out and tag-out; post-rules' },
    },
    {
      id: 'exposures',
      name: { zh: '接触危害因素', en: 'Exposures' },
      words: ['危害因素', '职业病危害', '职业病危害因素', '接触危害', 'exposure', 'hazards'],
      kind: 'text',
      max: LIST,
      example: { zh: '噪声（听觉）; 粉尘（吸入）', en: 'Noise (hearing); Dust (inhalation)' },
    },
    {
      id: 'minCrew',
      name: { zh: '最少人数', en: 'Minimum crew' },
      words: ['定员', '最少定员', '最低人数', 'crew', 'min crew', 'least people'],
      kind: 'code',
      max: 8,
      check: crewFault,
      example: both('2'),
    },
  ],
};

export const importForms: readonly ImportForm[] = [posts];
