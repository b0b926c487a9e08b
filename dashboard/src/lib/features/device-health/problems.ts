import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'device-health.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'device-health.worker-away': [
    '该摄像机的分析主机离线，无法远程诊断；请先检查主机，或安排现场排查。',
    'The worker of the camera is away and cannot be asked; look at it first, or order a check on site.',
  ],
  'device-health.not-diagnosed': [
    '分析主机未完成诊断，请检查其版本与时钟。',
    'The worker did not diagnose the camera; check its version and its clock.',
  ],
  'device-health.no-worker': [
    '没有在线的分析主机：请启动一个，或指定另一个。',
    'No camera worker answers: start one, or name another one.',
  ],
  'device-health.worker-busy': [
    '分析主机正在试连其他地址，请稍后再试。',
    'The worker tries other addresses; try again in some seconds.',
  ],
  'device-health.not-tried': [
    '分析主机未能试连，请检查其版本与时钟。',
    'The worker did not try it; check its version and its clock.',
  ],
  'device-health.check-unknown': ['没有这项排查。', 'There is no such check.'],
  'device-health.check-open': [
    '该设备已有未完成的现场排查。',
    'A check of this device is open already.',
  ],
  'device-health.still-unknown': [
    '没有这次中断的画面，或您无权查看该摄像机。',
    'There is no picture of this outage, or you may not see that camera.',
  ],
  'device-health.still-invalid': [
    '画面不是小尺寸 JPEG，未保存。',
    'The picture is no small JPEG, and was not stored.',
  ],
  'device-health.device-unknown': ['没有这台设备。', 'There is no such device.'],
  'device-health.range': [
    '开始时间须早于结束时间，且不超过 100 天。',
    'The beginning has to be before the end, by at most 100 days.',
  ],
});
