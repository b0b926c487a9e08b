interface Words {
  zh: string;
  en: string;
}

/** What was done, as a verb before its object. Modules add theirs here. */
export const actions: Readonly<Record<string, Words>> = {
  create: { zh: '新建了', en: 'made' },
  update: { zh: '修改了', en: 'changed' },
  delete: { zh: '删除了', en: 'deleted' },
  view: { zh: '查看了', en: 'looked at' },
  reveal: { zh: '查看了敏感信息原文：', en: 'revealed a sensitive field of' },
  search: { zh: '检索了', en: 'searched' },
  verify: { zh: '校验了', en: 'verified' },
  query: { zh: '查询了', en: 'queried' },
  export: { zh: '导出了', en: 'exported' },
  upload: { zh: '上传了', en: 'uploaded' },
  confirm: { zh: '确认了', en: 'confirmed' },
  dismiss: { zh: '驳回了', en: 'dismissed' },
  reopen: { zh: '重新打开了', en: 'reopened' },
  end: { zh: '记录了结束：', en: 'noted the end of' },
  attach: { zh: '附加了证据：', en: 'attached evidence to' },
  refuse: { zh: '拒绝了', en: 'refused' },
  infected: { zh: '发现带病毒的', en: 'found malware in' },
  handle: { zh: '处理了', en: 'handled' },
  grant: { zh: '授予了权限：', en: 'gave rights to' },
  lock: { zh: '锁定了', en: 'locked' },
  unlock: { zh: '解锁了', en: 'unlocked' },
  disable: { zh: '停用了', en: 'switched off' },
  rotate: { zh: '更换了密钥：', en: 'rotated the key of' },
  'rotate-done': { zh: '完成了密钥更换：', en: 'finished rotating the key of' },
  'hand-over': { zh: '移交了', en: 'handed over' },
  retry: { zh: '重新推送了', en: 'sent again by' },
  transfer: { zh: '调动了', en: 'transferred' },
  leave: { zh: '办理了离职：', en: 'noted the leaving of' },
  return: { zh: '办理了返岗：', en: 'noted the return of' },
  'badge-bind': { zh: '绑定了定位卡：', en: 'gave a badge to' },
  'badge-release': { zh: '解绑了定位卡：', en: 'took the badge from' },
  'sign-in': { zh: '登录了系统：', en: 'signed in as' },
  'sign-in-failed': { zh: '登录失败：', en: 'failed to sign in as' },
  'sign-in-blocked': { zh: '登录被暂停：', en: 'was kept from signing in as' },
  'sign-out': { zh: '退出了系统：', en: 'signed out as' },
  'session-ended': { zh: '结束了会话：', en: 'ended a session of' },
  'password-changed': { zh: '修改了密码：', en: 'changed the password of' },
  'totp-prepared': { zh: '准备了二次验证：', en: 'prepared the second factor of' },
  'totp-enabled': { zh: '启用了二次验证：', en: 'switched on the second factor of' },
  'totp-disabled': { zh: '停用了二次验证：', en: 'switched off the second factor of' },
  'workflow-start': { zh: '发起了流程：', en: 'began the workflow of' },
  'workflow-step': { zh: '办理了流程：', en: 'moved on the workflow of' },
  'workflow-reassign': { zh: '改派了', en: 'reassigned' },
  'workflow-overdue': { zh: '记录了逾期：', en: 'noted as overdue:' },
  'take-role': { zh: '收回了角色：', en: 'took a role from' },
  'password-reset': { zh: '重置了密码：', en: 'reset the password of' },
  request: { zh: '提交了申请：', en: 'made the' },
  'request-approved': { zh: '确认了申请：', en: 'approved the' },
  'request-refused': { zh: '拒绝了申请：', en: 'refused the' },
  'request-withdrawn': { zh: '撤回了申请：', en: 'took back the' },
  'request-expired': { zh: '记录了过期：', en: 'noted as over:' },
  'request-code-wrong': { zh: '输错了验证码：', en: 'gave a wrong code for the' },
  'email-code-sent': { zh: '发送了邮箱确认码：', en: 'had a code sent for' },
  'email-confirmed': { zh: '确认了邮箱：', en: 'confirmed the mail address of' },
  'approve-exception': { zh: '批准了职责例外：', en: 'approved an exception for' },
  erase: { zh: '删除了个人信息：', en: 'erased personal data of' },
  close: { zh: '关闭了', en: 'closed' },
  'confirm-role': { zh: '确认保留了角色：', en: 'confirmed a role of' },
  'confirm-role-gone': { zh: '确认角色此前已收回：', en: 'confirmed that a role was gone from' },
  'switch-on': { zh: '启用了', en: 'switched on' },
  'switch-off': { zh: '停用了', en: 'switched off' },
  apply: { zh: '套用了', en: 'applied' },
  purge: { zh: '按期限清除了', en: 'purged' },
  activate: { zh: '启用了', en: 'activated' },
  retire: { zh: '停用了', en: 'retired' },
  load: { zh: '加载了', en: 'loaded' },
  unload: { zh: '卸载了', en: 'unloaded' },
  drop: { zh: '记录了准确率下降：', en: 'noted a drop in precision of' },
  make: { zh: '生成了', en: 'built' },
  'consent-given': { zh: '记录了同意：', en: 'recorded a consent of' },
  'consent-refused': { zh: '记录了不同意：', en: 'recorded a refusal of consent of' },
  'consent-withdrawn': { zh: '记录了撤回同意：', en: 'recorded a withdrawal of consent of' },
  penalised: { zh: '作出了', en: 'decided on a' },
  'penalty-appealed': { zh: '提出了申诉：', en: 'appealed against a' },
  'penalty-upheld': { zh: '驳回了申诉，维持了', en: 'refused the appeal against a' },
  'penalty-revoked': { zh: '支持了申诉，撤销了', en: 'upheld the appeal against a' },
};

/** The kinds of things. */
export const entities: Readonly<Record<string, Words>> = {
  'account-request': { zh: '账号操作申请', en: 'request about an account' },
  'access-review': { zh: '权限复核', en: 'access review' },
  area: { zh: '区域', en: 'area' },
  audit: { zh: '审计日志', en: 'the audit log' },
  'audit-finding': { zh: '异常操作记录', en: 'finding' },
  'audit-rule': { zh: '异常规则', en: 'rule of the audit' },
  calendar: { zh: '工作日历', en: 'calendar' },
  'consent-purpose': { zh: '同意用途', en: 'purpose of consent' },
  'data-policy': { zh: '数据登记项', en: 'class of the data register' },
  'data-request': { zh: '个人信息请求', en: 'request about personal data' },
  department: { zh: '部门', en: 'department' },
  'dictionary-entry': { zh: '字典项', en: 'entry of a dictionary' },
  equipment: { zh: '设备', en: 'machine' },
  feature: { zh: '模块', en: 'module' },
  file: { zh: '文件', en: 'file' },
  hazard: { zh: '隐患', en: 'hazard' },
  'hazard-penalty': { zh: '虚假上报处罚', en: 'penalty' },
  'hazard-routing': { zh: '隐患分派规则', en: 'hazard routing' },
  'hazard-site': { zh: '隐患厂区设置', en: 'hazard settings of a site' },
  'hazard-type': { zh: '隐患类型', en: 'hazard type' },
  'impact-assessment': { zh: '个人信息影响评估', en: 'impact assessment' },
  keyring: { zh: '密钥', en: 'key ring' },
  'model-label-export': { zh: '训练图片集', en: 'labelled picture set' },
  'model-review': { zh: '模型复评', en: 'model review' },
  'model-setting': { zh: '模型管理设置', en: 'model settings' },
  'model-version': { zh: '模型版本', en: 'model version' },
  'notice-preferences': { zh: '通知偏好', en: 'notice preferences' },
  'notice-robot': { zh: '群机器人', en: 'chat robot' },
  'notice-rules': { zh: '通知规则', en: 'notice rules' },
  person: { zh: '人员档案', en: 'person' },
  preset: { zh: '行业预设', en: 'preset' },
  'privacy-setting': { zh: '隐私设置', en: 'privacy settings' },
  role: { zh: '角色', en: 'role' },
  session: { zh: '会话', en: 'session' },
  site: { zh: '厂区', en: 'site' },
  tenant: { zh: '企业', en: 'company' },
  user: { zh: '账号', en: 'account' },
  violation: { zh: '违章记录', en: 'violation' },
  webhook: { zh: '事件推送', en: 'webhook' },
  workflow: { zh: '流程配置', en: 'workflow' },
};

/** A line of the log as a sentence; what has no words yet is named as it lies in the log. */
export function describe(line: {
  userName: string | null;
  action: string;
  entity: string;
  entityId: string | null;
  before: unknown;
  after: unknown;
  reason: string | null;
}): Words {
  const verb = actions[line.action] ?? { zh: `${line.action} `, en: line.action };
  const thing = entities[line.entity] ?? { zh: line.entity, en: line.entity };
  const id = line.entityId ? ` ${line.entityId}` : '';
  const fields = fieldsOf(line.before, line.after);
  const zhFields = fields.length > 0 ? `（${fields.join('、')}）` : '';
  const enFields = fields.length > 0 ? ` (${fields.join(', ')})` : '';
  const zhReason = line.reason ? `，原因：${line.reason}` : '';
  const enReason = line.reason ? `, because: ${line.reason}` : '';
  return {
    zh: `${line.userName ?? '系统'} ${verb.zh}${thing.zh}${id}${zhFields}${zhReason}`,
    en: `${line.userName ?? 'The system'} ${verb.en} ${thing.en}${id}${enFields}${enReason}`,
  };
}

const MOST_FIELDS = 6;

function fieldsOf(before: unknown, after: unknown): string[] {
  const keys = [before, after].flatMap((value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [],
  );
  const unique = [...new Set(keys)];
  return unique.length > MOST_FIELDS ? [...unique.slice(0, MOST_FIELDS), '…'] : unique;
}
