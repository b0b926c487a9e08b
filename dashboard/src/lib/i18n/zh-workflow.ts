/** Chinese texts of workflow records and of the task list; `en-workflow.ts` has the same keys. */
export const zhWorkflow = {
  workflow: {
    span: (days: number, hours: number, minutes: number) =>
      days > 0
        ? `${days} 天 ${hours} 小时`
        : hours > 0
          ? `${hours} 小时 ${minutes} 分`
          : `${minutes} 分钟`,
    timeLeft: (span: string) => `剩 ${span}`,
    overdueBy: (span: string) => `逾期 ${span}`,
    timeline: '经过',
    timelineFailed: '经过没有加载成功',
    reassigned: '变更处理人',
    bySystem: '系统',
    notShown: '不可见',
    waitsFor: (names: string) => `等待 ${names} 处理`,
    waitsForOthers: '等待其他人处理',
    note: '备注（可不填）',
    optional: '（可不填）',
    automatic: '按规则自动',
    choose: '请选择',
    nobodyToChoose: '没有可选的人',
    fieldMissing: '这一项必须填写。',
    evidenceAsked: (min: number, kinds: string) =>
      min > 0 ? `证据：至少 ${min} 个${kinds}` : `证据：${kinds}（可不填）`,
    evidenceMissing: (n: number) => `还差 ${n} 个证据文件，拍照或选择后再提交。`,
    uploading: (percent: number) => `正在上传 ${percent}%`,
    saving: '正在保存…',
    saved: (title: string, step: string) => `${title} ${step}：已保存`,
    conflict: (state: string) =>
      `别人刚处理了这条记录，现在是“${state}”。你的操作没有保存，请看过再决定。`,
  },
};
