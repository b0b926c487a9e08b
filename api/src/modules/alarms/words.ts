import type { Bilingual } from '../../platform/manifest.ts';

/** What became of an alarm. */
export const stateTexts: Readonly<Record<string, Bilingual>> = {
  raised: { zh: '等待应答', en: 'waits for an answer' },
  done: { zh: '已报警', en: 'given' },
  refused: { zh: '未报警', en: 'not given' },
  failed: { zh: '故障', en: 'failed' },
  silent: { zh: '设备无应答', en: 'the device did not answer' },
  'no-device': { zh: '该区域没有适用的报警器', en: 'the area has no device for it' },
};

/** Why an alarm was not given, or not all of it. */
export const faultTexts: Readonly<Record<string, Bilingual>> = {
  late: { zh: '到达设备时已过期', en: 'it came to the device after its time' },
  clock: { zh: '设备时钟慢了', en: 'the clock of the device is slow' },
  'not-allowed': {
    zh: '设备不接受该工作节点',
    en: 'the device takes no alarms of this worker',
  },
  muted: { zh: '已静音', en: 'muted' },
  'out-of-use': { zh: '设备已停用', en: 'the device is out of use' },
  output: { zh: '输出故障', en: 'an output does not work' },
  'no-output': {
    zh: '缺少所需的输出：扬声器没有灯光',
    en: 'the output is missing: a speaker has no light',
  },
  'no-connection': { zh: '总线断开', en: 'the bus is not connected' },
  snoozed: { zh: '报警已暂停', en: 'alarms rest (snoozed)' },
  'worker-lost': { zh: '工作节点没有再报告', en: 'its worker reported nothing more' },
};

export const lightTexts: Readonly<Record<string, Bilingual>> = {
  off: { zh: '灯灭', en: 'light off' },
  steady: { zh: '灯常亮', en: 'light on' },
  flash: { zh: '灯闪烁', en: 'light flashes' },
};
