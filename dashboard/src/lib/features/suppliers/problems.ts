import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'supplier.unknown': ['没有这个供应商或资质。', 'There is no such supplier or qualification.'],
  'supplier.code-taken': [
    '该统一社会信用代码已登记，请打开已有的供应商。',
    'A supplier with this credit code is there already; open that one.',
  ],
  'supplier.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'supplier.word-unknown': [
    '该类型已停用，请另选一项。',
    'This kind is not offered; take another.',
  ],
  'supplier.not-cleared': [
    '未通过核验，请先处理页面上列出的原因。',
    'It is not cleared; cure the reasons that the page names.',
  ],
  'supplier.lot-taken': [
    '该批号已登记且数据不同，请在该批次上补录结果。',
    'A delivery with this number is there with other data; add the results to that one.',
  ],
  'supplier.lot-decided': ['该批次已放行或拒收。', 'The delivery is released or rejected already.'],
  'supplier.same-hand': [
    '由您本人录入，或限值由您本人设定，须由他人确认、准入或放行。',
    'You entered this yourself or set its limit; someone else has to confirm, approve or release it.',
  ],
  'supplier.renewal-needed': [
    '该资质已生效，不能直接延长或更换；请点“续期”登记新资质。',
    'This qualification counts already; press Renew and enter the new one.',
  ],
  'supplier.reason-needed': [
    '此前检测不合格，放行须说明原因。',
    'A test failed before; a release needs a reason.',
  ],
});
