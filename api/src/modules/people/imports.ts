import type { Fault, ImportForm, IssueWords } from '../../platform/imports/types.ts';
import { nationalIdFault, wrongPhone } from './identity.ts';
import { kindOfWord } from './kind-words.ts';

const both = (text: string) => ({ zh: text, en: text });
/** As the schema of a person takes it. */
const EMPLOYEE_NO = /^[\p{L}\p{N}._-]+$/u;

const employeeNo = {
  id: 'employeeNo',
  name: { zh: '工号', en: 'Employee number' },
  words: ['员工编号', '员工号', '职工号', '人员编号', 'employee no', 'staff number', 'employee id'],
  kind: 'code',
  required: true,
  max: 64,
  example: both('E1001'),
  check: (value: string): Fault | null => (EMPLOYEE_NO.test(value) ? null : { code: 'form' }),
} as const;

/** Zeros at the end where a spreadsheet keeps 15 digits. */
const isCut = (value: string): boolean => /^\d{15}000$/.test(value);
function nationalId(value: string): Fault | null {
  const fault = nationalIdFault(value);
  if (fault === null) return null;
  return { code: isCut(value) ? 'lost-digits' : `id-${fault}` };
}

const issues: Readonly<Record<string, IssueWords>> = {
  'id-form': {
    what: { zh: '不是 18 位身份证号', en: 'It is no identity number of 18 characters' },
    cure: { zh: '填写 17 位数字加一位数字或 X。', en: 'Write 17 digits and a digit or X.' },
  },
  'id-birth': {
    what: { zh: '身份证号中的出生日期不存在', en: 'The day of birth in the number cannot be' },
    cure: { zh: '对照证件核对第 7 至 14 位。', en: 'Compare characters 7 to 14 with the card.' },
  },
  'id-check': {
    what: {
      zh: '身份证号校验码不符，有一位输错',
      en: 'The check character is wrong: one digit is mistyped',
    },
    cure: { zh: '对照证件重新输入。', en: 'Enter it again from the card.' },
  },
  phone: {
    what: {
      zh: '不是手机号或带区号的座机号',
      en: 'It is no mobile number and no landline with area code',
    },
    cure: {
      zh: '填写 11 位手机号或带区号的座机号。',
      en: 'Write the 11 digits, or the area code and the number.',
    },
  },
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
  post: {
    what: { zh: '没有该岗位', en: 'There is no such post' },
    cure: {
      zh: '填写已有的岗位名称，或先添加该岗位。',
      en: 'Write the name of a post, or add it first.',
    },
  },
  person: {
    what: { zh: '没有该工号的人员', en: 'There is no person with this employee number' },
    cure: { zh: '核对工号，或先导入人员。', en: 'Check the number, or import the people first.' },
  },
  left: {
    what: { zh: '该人员已离职', en: 'The person has left' },
    cure: { zh: '删除该行，或先办理返岗。', en: 'Remove the row, or note their return first.' },
  },
  'on-vehicle': {
    what: { zh: '该标签装在车辆上', en: 'The tag is on a vehicle' },
    cure: {
      zh: '先从车辆取下，或更正工牌号。',
      en: 'Take it off the vehicle first, or correct the number.',
    },
  },
  kind: {
    what: { zh: '没有这种人员类别', en: 'There is no such kind of person' },
    cure: {
      zh: '填写 员工、承包商、访客 或 实习生。',
      en: 'Write employee, contractor, visitor or trainee.',
    },
  },
  host: {
    what: { zh: '接待人不是在职人员', en: 'The host is no active person' },
    cure: { zh: '填写在职人员的工号。', en: 'Write the number of an active person.' },
  },
  'visitor-end': {
    what: { zh: '访客没有有效期', en: 'A visitor without a last day' },
    cure: { zh: '填写有效期至。', en: 'Fill in valid until.' },
  },
  worn: {
    what: { zh: '该工牌由他人佩戴', en: 'Another person wears this badge' },
    cure: {
      zh: '先登记其交还，或更正工牌号。',
      en: 'Note first that it was handed back, or correct the number.',
    },
  },
};

export const people: ImportForm = {
  id: 'people',
  name: { zh: '人员', en: 'People' },
  permission: 'person:manage',
  label: ['employeeNo', 'name'],
  key: ['employeeNo'],
  issues,
  columns: [
    { ...employeeNo, unique: true },
    {
      id: 'name',
      name: { zh: '姓名', en: 'Name' },
      words: ['名字', '员工姓名', 'full name'],
      kind: 'text',
      required: true,
      max: 128,
      example: { zh: '张三', en: 'Zhang San' },
    },
    {
      id: 'department',
      name: { zh: '部门', en: 'Department' },
      words: ['所属部门', '部门编号', '车间', 'dept', 'department id'],
      kind: 'text',
      required: true,
      max: 128,
      example: { zh: '冲压车间', en: 'Press shop' },
    },
    {
      id: 'post',
      name: { zh: '岗位', en: 'Post' },
      words: ['职位', '工种', '职务', 'position', 'job title'],
      kind: 'text',
      max: 64,
      example: { zh: '冲压工', en: 'Press operator' },
    },
    {
      id: 'hiredOn',
      name: { zh: '入职日期', en: 'Hired on' },
      words: ['入职时间', '入厂日期', 'hire date', 'date of hire', 'start date'],
      kind: 'day',
      max: 10,
      example: both('2026-03-01'),
    },
    {
      id: 'nationalId',
      name: { zh: '身份证号', en: 'Identity number' },
      words: ['身份证', '身份证号码', '证件号码', '公民身份号码', 'id number', 'national id'],
      kind: 'code',
      unique: true,
      secret: true,
      max: 32,
      check: nationalId,
      example: both('32049919900101001X'),
    },
    {
      id: 'phone',
      name: { zh: '手机号', en: 'Phone' },
      words: ['电话', '联系电话', '手机', '手机号码', 'mobile', 'telephone'],
      kind: 'code',
      secret: true,
      max: 32,
      check: (value) => (wrongPhone(value) === null ? null : { code: 'phone' }),
      example: both('13800000000'),
    },
    {
      id: 'kind',
      name: { zh: '人员类别', en: 'Kind' },
      words: ['类别', '用工类型', '人员类型', 'kind of person', 'person kind'],
      kind: 'text',
      max: 32,
      check: (value) => (kindOfWord(value) === null ? { code: 'kind' } : null),
      example: { zh: '承包商', en: 'Contractor' },
    },
    {
      id: 'company',
      name: { zh: '所属单位', en: 'Company' },
      words: ['单位', '公司', '承包商单位', 'employer', 'firm'],
      kind: 'text',
      max: 128,
      example: { zh: '常州建安工程公司', en: 'Harbour Builders Ltd' },
    },
    {
      id: 'host',
      name: { zh: '接待人工号', en: 'Host' },
      words: ['接待人', '负责人工号', 'host number', 'host employee number'],
      kind: 'code',
      max: 64,
      example: both('E1000'),
    },
    {
      id: 'validUntil',
      name: { zh: '有效期至', en: 'Valid until' },
      words: ['有效期', '合同到期', '截止日期', 'valid to', 'until'],
      kind: 'day',
      max: 10,
      example: both('2027-03-31'),
    },
  ],
};

export const badges: ImportForm = {
  id: 'badges',
  name: { zh: '工牌发放', en: 'Badges' },
  permission: 'person:manage',
  label: ['badge', 'employeeNo'],
  issues,
  columns: [
    employeeNo,
    {
      id: 'badge',
      name: { zh: '工牌号', en: 'Badge' },
      words: ['工牌', '卡号', '标签号', 'epc', 'tag', 'card number', 'badge number'],
      kind: 'code',
      required: true,
      unique: true,
      max: 128,
      example: both('E280-1160-6000-0209'),
    },
  ],
};

export const importForms: readonly ImportForm[] = [people, badges];
