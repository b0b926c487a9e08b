import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'request.invalid': [
    '填写的内容有误，请更正标出的字段。',
    'What was filled in is not valid. Correct the fields that are marked.',
  ],
  'request.too-large': ['内容过大，请减少后再发送。', 'This is too large. Send less at once.'],
  'database.unavailable': [
    '数据库暂时不可用，请稍后再试。',
    'The database is not reachable. Try again in a moment.',
  ],
  'server.failed': [
    '服务器出错，请再试一次；若仍然出错，请联系管理员。',
    'The server failed. Try again; if it persists, tell your administrator.',
  ],
});
