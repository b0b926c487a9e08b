/** A word of programmers and vendors that people at work do not know. */
export interface Jargon {
  word: RegExp;
  /** Why it is none for them, and what to write. */
  why: string;
}

/** Words that no menu entry and no page of daily work contains. Pages of `technicalPages` may. */
export const jargon: readonly Jargon[] = [
  { word: /\btenants?\b|租户/i, why: 'a word of hosting: the company, 公司' },
  { word: /\bRBAC\b|\bACL\b/i, why: 'an abbreviation: roles, rights' },
  { word: /\bwebhooks?\b/i, why: 'for integrators: the other system is told' },
  { word: /\bingest\w*\b(?<!ingestion)|摄取/i, why: 'a word of pipelines: take in, receive' },
  { word: /\bpayloads?\b|载荷/i, why: 'a word of protocols: content, 内容' },
  { word: /\bendpoints?\b|端点/i, why: 'a word of protocols: address, 地址' },
  { word: /\bAPIs?\b|接口/i, why: 'for integrators: the server, 服务器' },
  { word: /(?<!\.)\b(?:JSON|XML|YAML|SQL)\b/i, why: 'a format of programs: file, table' },
  { word: /\bMQTT\b|消息总线/i, why: 'a protocol: the connection, 连接' },
  { word: /\bschemas?\b/i, why: 'a word of programs: form, format' },
  { word: /\b(?:access|shared) tokens?\b|令牌/i, why: 'a word of programs: key, 密钥' },
  { word: /\b(?:UUID|ULID|GUID)s?\b/i, why: 'an abbreviation: number, 编号' },
  { word: /\bhash(?:es)?\b|哈希|散列/i, why: 'a word of cryptography: fingerprint, 指纹' },
  { word: /\bcach(?:e|ed|ing)\b|缓存/i, why: 'a word of programs: copy, 副本' },
  { word: /\b(?:back|front)[- ]?end\b|后端|前端/i, why: 'a word of programs: server, page' },
  { word: /\bcron\b|正则|\bregex\b/i, why: 'a notation of programs: say it in words' },
  { word: /\bdead[- ]letters?\b|死信/i, why: 'a word of queues: what failed, 处理失败' },
  { word: /\bidempoten\w+|幂等/i, why: 'a word of programs: once, 只一次' },
  { word: /\bhomograph\w+|单应/i, why: 'a word of geometry: position on the plan, 平面位置' },
  { word: /\binference\b|推理|\bONNX\b/i, why: 'a word of machine learning: analysis, 分析' },
  { word: /\bmetadata\b|元数据/i, why: 'a word of programs: details, 信息' },
  { word: /\b(?:boolean|null|undefined|NaN)\b/, why: 'a value of programs' },
  {
    word: /进程|\bprocess(?:es)? id\b|\bPID\b/,
    why: 'a word of operating systems: 分析主机, 程序',
  },
  { word: /\bWebSockets?\b|\bWHEP\b|\bWebRTC\b/i, why: 'a protocol: live picture, 实时画面' },
];

/** Groups of sections that only people who run the system see: technical words are theirs. */
export const technicalGroups = ['system', 'access'] as const;

/** Folders of features whose pages are for the people who set up and run the system, with who they are. */
export const technicalPages: Readonly<Record<string, string>> = {
  bus: 'administrator: refused messages',
  cameras: 'administrator: addresses and streams of cameras',
  'data-catalogue': 'administrator and auditor: which table holds what',
  'device-health': 'maintenance: where a chain of devices is broken',
  devices: 'administrator: keys of devices',
  dictionaries: 'administrator: words that other systems read',
  events: 'administrator: what failed inside',
  integrations: 'administrator: other systems',
  models: 'administrator: weights and benches',
  modules: 'administrator: switches of modules',
  positions: 'administrator: how data of readers arrive',
  security: 'administrator: report on the installation',
};
/** Parts of the shared texts that belong to such pages. */
export const technicalTexts = ['admin', 'models', 'cameras'] as const;
