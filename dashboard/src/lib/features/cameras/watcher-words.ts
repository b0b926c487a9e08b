import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['谁在负责哪台摄像机', 'Who watches which camera'],
  hint: [
    '未指定分析进程的摄像机按各进程的分析能力分配；进程停止或中断时自动转移。',
    'Cameras that name no worker are spread by what each can analyse, and move where one stops or falls silent.',
  ],
  states: { here: ['在线', 'Here'], silent: ['无响应', 'Silent'], stopped: ['已停止', 'Stopped'] },
  load: [
    (load: string, capacity: string) => `每秒 ${load} 帧，能力 ${capacity} 帧`,
    (load: string, capacity: string) => `${load} of ${capacity} frames a second`,
  ],
  cameras: [(n: number) => `${n} 台摄像机`, (n: number) => (n === 1 ? '1 camera' : `${n} cameras`)],
  since: [(ago: string) => `自 ${ago}`, (ago: string) => `since ${ago}`],
  nobody: ['无人负责', 'Nobody watches it'],
  noWorkers: [
    '还没有分析进程从 API 取得摄像机。请启动一个，或查看其日志。',
    'No worker gets cameras from the API yet. Start one, or look at its log.',
  ],
  moves: ['最近 24 小时的转移', 'Moves in the last 24 hours'],
  noMoves: ['没有转移。', 'None.'],
  reasons: {
    silent: ['原进程无响应', 'the one before was silent'],
    'handed-back': ['原进程停止', 'the one before stopped'],
    moved: ['重新分配', 'spread anew'],
    'not-configured': ['配置变更', 'configuration changed'],
    revoked: ['凭据被吊销', 'credential revoked'],
  },
});
