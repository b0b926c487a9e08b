import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['现场处置', 'Act on site'],
  apart: [
    '急停按钮为独立硬接线，不经过本页面，也不受其影响。有人处于危险中时，请直接按下现场急停。',
    'Emergency stops are wired apart from this page and work without it. Where a person is in danger, press the one on site.',
  ],
  none: ['本厂区没有可接收指令的设备', 'No device of this site takes commands'],
  noneHint: [
    '设备维护人员在“现场设备”中登记设备及其区域后，可在此发出报警与请求。',
    'Once maintenance has entered devices with their areas at Devices on site, alarms and requests are given here.',
  ],
  readOnly: [
    '您可查看，但无权发出指令。',
    'You see what was done; giving commands needs its own right.',
  ],
  actions: {
    alarm: ['报警', 'Alarm'],
    derate: ['请求降速', 'Ask for less speed'],
    'controlled-stop': ['请求受控停机', 'Ask for a controlled stop'],
  },
  hints: {
    alarm: [
      '声光 30 秒，然后自动关闭。',
      'Light and sound for 30 seconds; then it goes off by itself.',
    ],
    derate: [
      '由设备控制器决定如何降速；在机器旁解除。',
      'The control of the machine decides how; it is released at the machine.',
    ],
    'controlled-stop': [
      '由设备控制器决定如何停机；在机器旁解除。这不是急停。',
      'The control of the machine decides how; it is released at the machine. It is no emergency stop.',
    ],
  },
  device: ['设备', 'Device'],
  here: ['事发区域', 'Where it happened'],
  elsewhere: ['本厂区其他区域', 'Elsewhere on the site'],
  percent: ['降至通常速度的', 'To this share of the usual speed'],
  reason: ['原因', 'Reason'],
  next: ['下一步', 'Next'],
  back: ['返回修改', 'Back'],
  check: ['第 2 步，共 2 步：核对后发出', 'Step 2 of 2: check, then give it'],
  choose: ['第 1 步，共 2 步：选择设备并说明原因', 'Step 1 of 2: choose the device and say why'],
  give: {
    alarm: ['发出报警', 'Give the alarm'],
    derate: ['发出降速请求', 'Ask for less speed'],
    'controlled-stop': ['发出停机请求', 'Ask for the stop'],
  },
  offline: [
    '设备现在离线，指令可能无人应答。',
    'The device is offline now: there may be no answer.',
  ],
  second: ['须另一人确认后才发出。', 'It is sent once another person has approved it.'],
  given: ['已发出', 'Given'],
  sameAsBefore: [
    '已有同样的请求，未重复发出',
    'The same request runs already; it was not given twice',
  ],
  done: ['已做的', 'What was done'],
  nothing: ['尚未发出指令', 'No command was given yet'],
  by: [
    (who: string, at: string) => `${who} ${at} 发出`,
    (who: string, at: string) => `given by ${who}, ${at}`,
  ],
  state: {
    waits: [
      (at: string) => `等待第二人确认，至 ${at}`,
      (at: string) => `waits for a second person until ${at}`,
    ],
    sent: ['已发送，等待设备应答', 'sent; the device has not answered yet'],
    accepted: ['设备已接受，正在执行', 'the device accepted it and is at work'],
    acknowledged: [
      (at: string) => `设备已确认执行（${at}）`,
      (at: string) => `acknowledged: the device did it, ${at}`,
    ],
    refused: [(why: string) => `被拒绝：${why}`, (why: string) => `refused: ${why}`],
    failed: [(why: string) => `未执行：${why}`, (why: string) => `not carried out: ${why}`],
    timedOut: [
      '超时，设备没有应答：请按未执行处理，到现场确认',
      'timed out, no answer: take it as not done, and look on site',
    ],
  },
  noReason: ['设备未说明原因', 'the device gave no reason'],
});
