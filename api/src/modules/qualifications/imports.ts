import type { Fault, ImportColumn, ImportForm, IssueWords } from '../../platform/imports/types.ts';
import { MOST_LEVEL } from '../posts/schema.ts';
import { typeOfWord } from './import-cells.ts';
import { isSealedNumber } from './numbers.ts';

const both = (text: string) => ({ zh: text, en: text });

const issues: Readonly<Record<string, IssueWords>> = {
  person: {
    what: { zh: '没有该工号的人员', en: 'There is no person with this employee number' },
    cure: {
      zh: '核对工号或其他系统中的编号，或先导入人员。',
      en: 'Check the number, also that of another system, or import the people first.',
    },
  },
  left: {
    what: { zh: '该人员已离职', en: 'The person has left' },
    cure: { zh: '删除该行，或先办理返岗。', en: 'Remove the row, or note their return first.' },
  },
  'name-differs': {
    what: {
      zh: '姓名与该工号的人员不符',
      en: 'The name is not that of the person with this number',
    },
    cure: {
      zh: '核对工号与姓名：证书不得记到他人名下。',
      en: 'Check number and name: no certificate may count for another person.',
    },
  },
  type: {
    what: { zh: '没有这种资质', en: 'There is no such type' },
    cure: {
      zh: '填写 特种作业操作证、特种设备作业人员证、监护人 或 技能。',
      en: 'Write special-work certificate, special-equipment certificate, guardian or skill.',
    },
  },
  fitness: {
    what: { zh: '健康检查不能导入', en: 'Medical checks are not imported' },
    cure: { zh: '在资质页面登记。', en: 'Enter them on the page of qualifications.' },
  },
  'type-needed': {
    what: { zh: '该类别属于多种资质：{types}', en: 'Several types have this category: {types}' },
    cure: { zh: '填写资质种类。', en: 'Fill in the type.' },
  },
  category: {
    what: { zh: '字典中没有类别“{word}”', en: 'The dictionary has no category “{word}”' },
    cure: {
      zh: '填写字典中启用的名称或编号；缺少的先在字典中添加。',
      en: 'Write a name or id that the dictionary offers; add a missing one there first.',
    },
  },
  'category-twice': {
    what: { zh: '有多个同名类别', en: 'Several categories have this name' },
    cure: { zh: '填写编号 {ids}。', en: 'Write the id instead: {ids}.' },
  },
  level: {
    what: { zh: '不是 1 至 4 级', en: 'It is no level from 1 to 4' },
    cure: { zh: '填写 1、2、3 或 4。', en: 'Write 1, 2, 3 or 4.' },
  },
  terms: {
    what: { zh: '{zh}', en: '{en}' },
    cure: {
      zh: '对照证书核对日期与等级。',
      en: 'Compare the days and the level with the certificate.',
    },
  },
  'no-day': {
    what: { zh: '没有起始日期', en: 'The first day is missing' },
    cure: { zh: '填写发证日期或有效期起。', en: 'Fill in the day of issue, or valid from.' },
  },
  'number-taken': {
    what: { zh: '该证号已登记在另一人名下', en: 'Another person has a certificate of this number' },
    cure: { zh: '对照证书核对证号与人员。', en: 'Compare number and person with the certificate.' },
  },
  'other-person': {
    what: {
      zh: '证号中的身份证号属于另一人',
      en: 'The number holds the identity number of another person',
    },
    cure: { zh: '对照证书核对证号与人员。', en: 'Compare number and person with the certificate.' },
  },
  renewal: {
    what: {
      zh: '发证日期晚于已登记的证书，作为换证登记，旧证保留',
      en: 'It was issued later than the one on record: it is entered as a renewal, and the old one stays',
    },
    cure: { zh: '无需处理。', en: 'Nothing to do.' },
    warning: true,
  },
  own: {
    what: { zh: '这是您本人的证书', en: 'This is your own certificate' },
    cure: { zh: '由他人更改。', en: 'Another person has to change it.' },
  },
  'own-waits': {
    what: {
      zh: '这是您本人的证书，须经他人审核后才生效',
      en: 'This is your own certificate: it counts once another person accepted it',
    },
    cure: { zh: '无需处理。', en: 'Nothing to do.' },
    warning: true,
  },
  'own-scan': {
    what: { zh: '本人的证书须附扫描件', en: 'Your own certificate needs a scan' },
    cure: { zh: '把扫描件放入压缩包。', en: 'Put the scan into the archive.' },
  },
  waiting: {
    what: { zh: '该证书待他人审核', en: 'The certificate waits for the check of another person' },
    cure: { zh: '先完成审核。', en: 'Have it checked first.' },
  },
};

const day = (
  id: string,
  name: ImportColumn['name'],
  words: readonly string[],
  example: string,
): ImportColumn => ({ id, name, words, kind: 'day', max: 10, example: both(example) });

const typeFault = (value: string): Fault | null => {
  const type = typeOfWord(value);
  return type === null ? { code: 'type' } : type === 'fitness' ? { code: 'fitness' } : null;
};

export const certificates: ImportForm = {
  id: 'certificates',
  name: { zh: '证书与资质', en: 'Certificates' },
  permission: 'qualification:manage',
  label: ['employeeNo', 'category'],
  key: ['number', 'category', 'issuedOn', 'employeeNo'],
  owned: [
    { column: 'number', by: 'employeeNo' },
    { column: 'scan', by: 'employeeNo' },
  ],
  scans: { file: 'scan', number: 'number' },
  issues,
  columns: [
    {
      id: 'employeeNo',
      name: { zh: '工号', en: 'Employee number' },
      words: ['员工编号', '员工号', '职工号', '人员编号', 'employee no', 'staff number'],
      kind: 'code',
      required: true,
      max: 64,
      example: both('E1001'),
    },
    {
      id: 'name',
      name: { zh: '姓名', en: 'Name' },
      words: ['名字', '员工姓名', '持证人', 'full name', 'holder'],
      kind: 'text',
      max: 128,
      example: { zh: '张三', en: 'Zhang San' },
    },
    {
      id: 'type',
      name: { zh: '资质种类', en: 'Type' },
      words: ['种类', '证书种类', '证件类型', '证书类型', 'type of certificate'],
      kind: 'text',
      max: 64,
      check: typeFault,
      example: { zh: '特种作业操作证', en: 'special-work certificate' },
    },
    {
      id: 'category',
      name: { zh: '资质类别', en: 'Category' },
      words: ['类别', '作业类别', '操作项目', '作业项目', '技能', 'categories', 'skill'],
      kind: 'text',
      required: true,
      max: 64,
      example: { zh: '焊接与热切割作业', en: 'Welding and thermal cutting' },
    },
    {
      id: 'number',
      name: { zh: '证号', en: 'Number' },
      words: ['证书编号', '证件编号', '证书号', '编号', 'certificate number', 'certificate no'],
      kind: 'code',
      secret: isSealedNumber,
      max: 64,
      example: both('T320499199001010015'),
    },
    {
      id: 'level',
      name: { zh: '技能等级', en: 'Level' },
      words: ['等级', '级别', 'skill level'],
      kind: 'code',
      max: 2,
      check: (value) =>
        /^\d$/.test(value) && Number(value) >= 1 && Number(value) <= MOST_LEVEL
          ? null
          : { code: 'level' },
      example: both('2'),
    },
    {
      id: 'issuer',
      name: { zh: '发证机关', en: 'Issuer' },
      words: ['发证单位', '签发机关', '颁发机关', 'issued by', 'authority'],
      kind: 'text',
      max: 128,
      example: { zh: '江苏省应急管理厅', en: 'Jiangsu emergency management department' },
    },
    day(
      'issuedOn',
      { zh: '发证日期', en: 'Issued on' },
      ['签发日期', '颁发日期', '初领日期', 'issue date', 'date of issue'],
      '2024-03-01',
    ),
    day(
      'validFrom',
      { zh: '有效期起', en: 'Valid from' },
      ['有效期开始', '起始日期', '生效日期', 'from'],
      '2024-03-01',
    ),
    day(
      'validUntil',
      { zh: '有效期至', en: 'Valid until' },
      ['有效期', '有效期止', '到期日期', '截止日期', 'valid to', 'expiry', 'until'],
      '2030-02-28',
    ),
    day(
      'reviewedOn',
      { zh: '复审日期', en: 'Reviewed on' },
      ['最近复审日期', '实际复审日期', 'review date', 'last review'],
      '2026-02-20',
    ),
    day(
      'reviewDueOn',
      { zh: '应复审日期', en: 'Review due on' },
      ['复审截止日期', '下次复审日期', 'next review', 'review due'],
      '2027-02-28',
    ),
    {
      id: 'scan',
      name: { zh: '扫描件', en: 'Scan' },
      words: ['扫描件文件名', '附件', '证书扫描件', '文件名', 'scan file', 'file name'],
      kind: 'text',
      secret: (value) => /\d{15}/.test(value),
      max: 200,
      example: both('T320499199001010015.pdf'),
    },
  ],
};

export const importForms: readonly ImportForm[] = [certificates];
