import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['证据包', 'Incident packs'],
  hint: [
    '全部录像与抓拍、事实、结论、审计日志与签名，可脱离本系统校验。',
    'All clips and snapshots, facts, verdicts, lines of the audit log and signatures; it can be checked without this system.',
  ],
  none: ['尚未生成证据包', 'No pack was made yet'],
  make: ['生成证据包…', 'Make a pack…'],
  makeTitle: ['生成证据包', 'Make a pack of evidence'],
  makeAction: ['生成', 'Make'],
  report: ['事件报告（PDF）…', 'Report (PDF)…'],
  reportTitle: ['生成事件报告', 'Make the report of the incident'],
  reportHint: [
    '带验证码的 PDF：事实、发现、结论、审计日志与签名状态。新报告替代之前的报告。',
    'A PDF with a verification code: facts, findings, verdicts, audit lines and the state of the signatures. It supersedes the report before it.',
  ],
  reportMade: ['报告已下载', 'The report is downloaded'],
  label: ['标签', 'Label'],
  code: ['验证码', 'Verification code'],
  asked: ['正在生成证据包', 'The pack is being made'],
  originals: ['包含原始照片与录像', 'With pictures and videos as they are'],
  originalsHint: [
    '人脸可辨认；申请、原因与每次下载都记入审计日志。',
    'Faces can be recognised. The request, its reason and each download are in the audit log.',
  ],
  originalsRefused: [
    '您没有查看原始证据的权限，证据包将不含照片与录像。',
    'You may not have originals: the pack has no pictures and no videos.',
  ],
  reason: ['原因', 'Reason'],
  reasonHint: [
    '例如：应急管理局调取，文号',
    'Such as: asked for by the authority, with its number',
  ],
  withOriginals: ['含原始照片与录像', 'with originals'],
  withoutOriginals: ['不含照片与录像', 'without pictures and videos'],
  findings: [
    (n: number) => `${n} 项发现`,
    (n: number) => (n === 1 ? '1 finding' : `${n} findings`),
  ],
  states: {
    waiting: ['生成中', 'Being made'],
    ready: ['可下载', 'Ready'],
    failed: ['失败', 'Failed'],
    removed: ['已到期删除', 'Removed at the end of its term'],
  },
  by: [(who: string) => `由${who}申请`, (who: string) => `asked for by ${who}`],
  exportedBefore: [
    (who: string, at: string) => `此前已导出：${who}，${at}`,
    (who: string, at: string) => `Exported before: ${who}, ${at}`,
  ],
  marked: ['新的证据包会注明。', 'The next pack says so.'],
  exported: [
    (who: string, at: string) => `${who}于 ${at} 下载`,
    (who: string, at: string) => `downloaded by ${who}, ${at}`,
  ],
  download: ['下载', 'Download'],
  digest: ['摘要 SHA-256', 'Digest SHA-256'],
  key: ['工厂签名密钥', 'Key of the plant'],
  verify: [
    '校验：npm run -s evidence:verify -- --key anchor-key.pub.pem 文件',
    'To check it: npm run -s evidence:verify -- --key anchor-key.pub.pem FILE',
  ],
});
