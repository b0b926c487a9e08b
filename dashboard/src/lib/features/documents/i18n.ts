import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['文件验证', 'Document verification'],
  hint: [
    '输入文件上印的验证码，查看它声明的内容、摘要，以及是否已被替代。',
    'Type the code that is printed on the document to see what it says that it is, its digest, and whether it was superseded.',
  ],
  code: ['验证码', 'Verification code'],
  codeHint: ['四组，每组五个字母或数字', 'Four groups of five letters and digits'],
  check: ['查验', 'Check'],
  unknown: [
    '没有使用该验证码的文件。请与文件核对；若一致，该文件不是由本企业签发的。',
    'No document has this code. Compare it with the document; where it is the same, this company did not issue the document.',
  ],
  kinds: {
    'incident-report': ['违章事件报告', 'Report of an incident'],
    'evidence-pack': ['违章事件证据包', 'Pack of evidence of an incident'],
    'safety-file': ['安全档案违章记录', 'Violations of a safety file'],
    'person-file': ['人员安全档案（本人）', 'Safety file of a person, own copy'],
    'person-file-internal': ['人员安全档案（企业内部）', 'Safety file of a person, internal'],
    'person-file-outside': ['人员安全档案（对外）', 'Safety file of a person, for outside'],
  },
  kind: ['文件', 'Document'],
  subject: ['标题', 'Title'],
  company: ['签发企业', 'Issued by'],
  madeAt: ['签发时间', 'Issued at'],
  language: ['语言', 'Language'],
  languages: { zh: ['中文', 'Chinese'], en: ['英文', 'English'] },
  pages: ['页数', 'Pages'],
  bytes: ['字节', 'Bytes'],
  digest: ['摘要 SHA-256', 'Digest SHA-256'],
  latest: ['最新版本', 'The latest one'],
  superseded: [
    (at: string) => `已于 ${at} 被更新的文件替代`,
    (at: string) => `Superseded by a later one at ${at}`,
  ],
  compare: ['选择文件进行比对', 'Compare a file with it'],
  compareHint: [
    '文件只在本机计算摘要，不会上传。',
    'The digest is computed here; the file is not sent.',
  ],
  same: ['与签发的文件逐字节相同', 'The file is the one that was issued, byte for byte'],
  other: ['与签发的文件不同：已被更改，或是另一份文件', 'The file is another one, or was changed'],
  noDigest: [
    '此页面未使用 HTTPS，浏览器无法计算摘要。请用 sha256sum 计算后比对。',
    'This page is not served by HTTPS, so the browser computes no digest. Compare with that of sha256sum.',
  ],
});
