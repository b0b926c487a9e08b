import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'replay.unavailable': [
    '现在无法询问这台摄像机的分析进程：观测记录在它的磁盘上。请在“摄像机”页查看其状态，恢复在线后再试。',
    'The worker of this camera cannot be asked now, and the observations are on its disk. See its health under Cameras, and try again when it is online.',
  ],
  'replay.busy': [
    '该分析进程正在运行另一次重放，请在其完成后再试（最多五分钟）。',
    'Another replay runs on that worker. Try again when it is done, within five minutes.',
  ],
  'replay.refused': ['分析进程拒绝了这次重放。', 'The worker refused the replay.'],
  'replay.unknown': [
    '重放已不存在：分析进程可能已重新启动，或结果已超过十分钟。请重新测试。',
    'This replay is gone: its worker was started again, or it is older than ten minutes. Test again.',
  ],
  'replay.time': [
    '时间范围有误：开始须早于结束，且不超过 24 小时。',
    'This time cannot be replayed: the begin must be before the end, within 24 hours.',
  ],
});
