import type { ImportForm, IssueWords } from '../../platform/imports/types.ts';
import { readDirection, readTimes } from './punches.ts';

const both = (text: string) => ({ zh: text, en: text });

const issues: Readonly<Record<string, IssueWords>> = {
  person: {
    what: { zh: '没有该工号的人员', en: 'There is no person with this employee number' },
    cure: {
      zh: '核对工号，或先导入人员。',
      en: 'Check the number, or import the people first.',
    },
  },
  'name-differs': {
    what: {
      zh: '姓名与该工号的人员不符',
      en: 'The name is not that of the person with this number',
    },
    cure: {
      zh: '核对工号与姓名：打卡不得记到他人名下。',
      en: 'Check number and name: no event may count for another person.',
    },
  },
  'time-form': {
    what: { zh: '不是时间', en: 'It is no time' },
    cure: {
      zh: '填写 08:01，或一天的多次：08:01 12:03 12:58 17:30。',
      en: 'Write 08:01, or the times of a day: 08:01 12:03 12:58 17:30.',
    },
  },
  'times-many': {
    what: { zh: '一格多于 {most} 次', en: 'More than {most} times in one cell' },
    cure: { zh: '按天分行。', en: 'Give each day a row of its own.' },
  },
  'no-day': {
    what: { zh: '没有日期', en: 'The day is missing' },
    cure: {
      zh: '填写日期列，或在时间前写日期。',
      en: 'Fill in the column of the day, or write the day before the time.',
    },
  },
  'direction-form': {
    what: { zh: '看不出上班还是下班', en: 'It says neither in nor out' },
    cure: { zh: '填写上班或下班，或留空。', en: 'Write in or out, or leave it empty.' },
  },
  'direction-many': {
    what: {
      zh: '多次打卡与一个方向并存',
      en: 'Several times, and one direction',
    },
    cure: {
      zh: '多次时方向留空：依次为上班、下班。',
      en: 'Leave the direction empty: several times are in and out in turn.',
    },
  },
  'clock-ahead': {
    what: { zh: '时间尚未到来', en: 'The time has not come yet' },
    cure: { zh: '核对日期与考勤机时钟。', en: 'Check the day, and the clock of the machine.' },
  },
  'clock-old': {
    what: { zh: '早于两年前', en: 'It is older than two years' },
    cure: { zh: '删除该行：不再保存。', en: 'Remove the row: it is not kept any more.' },
  },
  'clock-known': {
    what: { zh: '已有这些打卡记录', en: 'These clock events are there already' },
    cure: { zh: '无需处理：不会重复导入。', en: 'Nothing to do: they are not imported twice.' },
  },
};

/** Lists of simple attendance machines: a row for each punch, or a row for each day with its times. */
export const clockIns: ImportForm = {
  id: 'clock-ins',
  name: { zh: '打卡记录', en: 'Clock-in lists' },
  permission: 'attendance:manage',
  label: ['employeeNo', 'day', 'time'],
  issues,
  columns: [
    {
      id: 'employeeNo',
      name: { zh: '工号', en: 'Employee number' },
      words: [
        '人员编号',
        '考勤号码',
        '员工编号',
        '员工号',
        'employee no',
        'staff number',
        'user id',
        'ac-no',
      ],
      kind: 'code',
      required: true,
      max: 64,
      example: both('E1001'),
    },
    {
      id: 'name',
      name: { zh: '姓名', en: 'Name' },
      words: ['名字', '员工姓名', 'full name'],
      kind: 'text',
      max: 128,
      example: { zh: '张三', en: 'Zhang San' },
    },
    {
      id: 'day',
      name: { zh: '日期', en: 'Day' },
      words: ['打卡日期', '考勤日期', 'date', 'work date'],
      kind: 'day',
      max: 10,
      example: both('2026-11-20'),
    },
    {
      id: 'time',
      name: { zh: '打卡时间', en: 'Time' },
      words: [
        '时间',
        '考勤时间',
        '刷卡时间',
        '签到时间',
        '日期时间',
        'times',
        'punch time',
        'date time',
        'datetime',
      ],
      kind: 'text',
      required: true,
      max: 200,
      check: (value) => {
        const read = readTimes(value);
        return 'code' in read ? read : null;
      },
      example: both('08:01'),
    },
    {
      id: 'direction',
      name: { zh: '上班/下班', en: 'In or out' },
      words: ['状态', '考勤状态', '进出', '方向', '签到类型', 'state', 'direction', 'in/out'],
      kind: 'text',
      max: 32,
      check: (value) => (readDirection(value) === null ? { code: 'direction-form' } : null),
      example: { zh: '上班', en: 'in' },
    },
    {
      id: 'device',
      name: { zh: '考勤机', en: 'Machine' },
      words: ['机器号', '设备', '设备名称', '考勤点', 'device', 'machine', 'terminal'],
      kind: 'text',
      max: 64,
      example: { zh: '东门考勤机', en: 'East gate' },
    },
  ],
};

export const importForms: readonly ImportForm[] = [clockIns];
