import { manifests } from '../../../modules/manifests.ts';
import { byPlace } from './places.ts';
import { chineseSummaries } from './summaries.ts';
import { byName } from './words.ts';

const INTRODUCTION = `记录系统：违章及其证据、隐患、人员、地点、账号。

- **登录**：\`POST /api/v1/auth/login\`；其 \`accessToken\` 放入 \`Authorization: Bearer …\`，有效期以分钟计。每个操作都写明所需的权限。范围之外的内容应答 404。
- **问题**为 \`application/problem+json\`（RFC 9457）：\`code\` 供程序识别，\`detail\` 说明处理办法。
- **列表**分页：把应答的 \`next\` 作为下一次请求的 \`cursor\`。
- **更改**须写明所依据的 \`version\`；若他人先作了更改，应答 409 并附当前内容。
- **时间**为带时区偏移的 RFC 3339。`;

/** Names of the groups of operations. */
const groups: Readonly<Record<string, string>> = {
  'access-reviews': '权限复核',
  audit: '审计',
  auth: '登录',
  bus: '消息总线',
  cameras: '摄像机',
  commands: '现场指令',
  consent: '告知与同意',
  data: '数据目录',
  'dead-letters': '失败的事件',
  devices: '设备凭据',
  features: '模块',
  files: '文件',
  hazards: '隐患',
  imports: '数据导入',
  incidents: '违章事件',
  ingest: '设备上报',
  keys: '密钥',
  live: '实时画面',
  locations: '位置',
  machines: '机器状态',
  'device-files': '设备档案',
  'device health': '设备运行',
  documents: '文件',
  'evidence-holds': '证据封存',
  'evidence-packs': '证据包',
  replays: '重放与草稿测试',
  models: '模型',
  notices: '通知',
  'own data': '我的个人信息',
  people: '人员',
  privacy: '隐私',
  registry: '部门、区域与机器',
  roles: '角色',
  rules: '法规规则',
  obligations: '到期事项',
  'site devices': '现场设备',
  gates: '门禁与开机许可',
  assignments: '作业安排',
  alarms: '现场报警',
  permits: '作业票',
  'safety file': '安全档案',
  'badge corrections': '工牌更正',
  'person merges': '档案合并',
  'emergency ability': '应急能力',
  'practical tests': '实操考试',
  posts: '岗位',
  match: '人岗匹配',
  qualifications: '人员资质',
  presence: '在岗看板',
  'reader-places': '读卡器位置',
  readers: '读写器',
  'plan-references': '平面图参考点',
  'second-reviews': '第二次复核',
  'shift-log': '值班与交接班',
  snoozes: '暂停报警',
  personnel: '人事同步',
  statistics: '统计',
  fences: '电子围栏',
  'area-rights': '区域进入权限',
  'user-settings': '界面设置',
  'person-timeline': '人员时间线',
  vehicles: '车辆管控',
  attendance: '考勤打卡',
  visitors: '访客管理',
  screens: '墙上大屏与共享分组',
  suppliers: '供应商',
  system: '系统',
  tasks: '任务',
  training: '培训记录',
  users: '账号',
  violations: '违章',
  webhooks: '事件推送',
  workflows: '流程',
};

/** Each shared English meaning, with its Chinese. */
const chinese: ReadonlyMap<string, string> = new Map(
  [byName, byPlace, ...manifests.map(({ fields }) => fields ?? {})].flatMap((words) =>
    Object.values(words).map(([zh, en]) => [en, zh] as const),
  ),
);
const NEEDS = /Needs the permission `([^`]+)`\.$/;

const translate = (text: string): string =>
  chinese.get(text) ?? text.replace(NEEDS, '需要权限 `$1`。');

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
}

/**
 * An OpenAPI document in Chinese, as far as there are words: introduction, groups, summaries and shared
 * meanings of fields. What a schema says of its own stays English.
 */
export function inChinese<Description extends object>(document: Description): Description {
  const translated = walk(document) as Description;
  const { info, paths = {} } = translated as {
    info?: { description?: string };
    paths?: Record<string, Record<string, Operation>>;
  };
  if (info) info.description = INTRODUCTION;
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const summary = chineseSummaries[operation.operationId ?? ''];
    if (summary !== undefined) operation.summary = summary;
    if (operation.tags) operation.tags = operation.tags.map((tag) => groups[tag] ?? tag);
  }
  return translated;
}

/** A copy whose descriptions are translated. */
function walk(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(walk);
  if (part === null || typeof part !== 'object') return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === 'description' && typeof value === 'string' ? translate(value) : walk(value),
    ]),
  );
}
