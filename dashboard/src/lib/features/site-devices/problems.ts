import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'site-device.unknown': ['没有这个现场设备。', 'There is no such device on site.'],
  'site-device.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'site-device.name-taken': [
    '总线上的这个名称已登记，请打开已有的设备。',
    'A device with this name on the bus is there already; open that one.',
  ],
  'site-device.area-unknown': ['该区域已停用，请另选。', 'This area is not in use; take another.'],
  'site-device.out-of-use': ['该设备已停用。', 'The device is out of use.'],
  'command.unknown': ['没有这条指令。', 'There is no such command.'],
  'command.unknown-action': ['该设备没有这个动作。', 'The device has no such action.'],
  'command.parameters': [
    '指令内容不正确：灯光或声音至少开启一项，时长 1–600 秒。',
    'The command cannot be done so: light or sound must be on, for 1 to 600 seconds.',
  ],
  'command.key-taken': ['请重新发出指令。', 'Give the command again.'],
  'command.own': [
    '由您本人发出，须由他人确认。',
    'You gave it yourself; someone else approves it.',
  ],
  'command.not-waiting': [
    '该指令已不再等待确认（已处理或已过期）。',
    'The command does not wait any more: it was decided, or its time is over.',
  ],
  'command.not-reversible': ['没有可撤销的动作。', 'There is nothing to undo.'],
});
