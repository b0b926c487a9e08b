/** Chinese texts of the generic lists, filters, forms and attachments. */
export const zhKit = {
  filter: '筛选',
  clear: '清除筛选',
  nothingFits: '没有符合筛选的内容',
  nothingFitsHint: '换个条件，或清除筛选后再看。',
  refused: (message: string) => `填写有误（${message}）`,
  seeFields: '有内容填写有误，见标红的各项。',
  someone: '另一位用户',
  changedMeanwhile: (who: string, at: string) =>
    `${who}${at ? `于 ${at} ` : '刚刚'}修改了这条记录，你的修改还没有保存。`,
  takeTheirs: '放弃我的修改，载入最新',
  keepMine: '仍然保存我的修改',
  attach: '添加文件',
  attachments: '附件',
  noAttachments: '没有附件',
  uploading: (percent: number) => `正在上传 ${percent}%`,
  checking: '正在检查文件',
  removeFile: (name: string) => `移除 ${name}`,
  cancelUpload: (name: string) => `取消上传 ${name}`,
  tooManyFiles: (most: number) => `最多 ${most} 个文件。`,
};
