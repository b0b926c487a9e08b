import type { Bilingual } from '@anshi/contracts';

/** The title of the document. It is public on the verification page, so it contains no name. */
export const reportTitle: Bilingual = {
  zh: '安全档案：违章记录',
  en: 'Safety file: violations',
};

/** The fixed words of the document. */
export const reportWords = {
  zh: {
    person: '人员',
    department: '部门',
    post: '岗位',
    company: '企业',
    counting: '计入的违章',
    none: '无',
    nothing: '没有计入的违章。',
    others: '不再计入的记录',
    picture: '抓拍，人脸已模糊',
    noPicture: '没有可显示的抓拍，或已到保存期限。',
    id: '编号',
    what: '违章',
    where: '地点',
    floor: '平面位置',
    confidence: '识别置信度与模型',
    identified: '身份依据',
    why: '选择理由',
    explanation: '说明',
    reviewer: '复核人',
    note: '复核说明',
    objection: '异议',
    noObjection: '未提出',
    bases: {
      badge: '工牌与画面一致',
      reviewer: '复核人从候选人中选定',
      session: '在设备上签到',
    },
    states: {
      'in-force': '计入',
      'taken-back': '结论已撤回',
      withdrawn: '经异议撤销',
      moved: '工牌登记有误，已更正',
    },
    objections: { filed: '待裁定', upheld: '维持记录', withdrawn: '撤销记录', lapsed: '无需裁定' },
  },
  en: {
    person: 'Person',
    department: 'Department',
    post: 'Post',
    company: 'Company',
    counting: 'Violations that count',
    none: 'none',
    nothing: 'No violation counts.',
    others: 'Entries that count no more',
    picture: 'Snapshot, faces blurred',
    noPicture: 'There is no picture to show, or it was removed at the end of its term.',
    id: 'Number',
    what: 'Violation',
    where: 'Place',
    floor: 'Position on the plan',
    confidence: 'Confidence of the detection, and model',
    identified: 'How the person was identified',
    why: 'Why the reviewer chose this person',
    explanation: 'Explanation',
    reviewer: 'Reviewer',
    note: 'Note of the reviewer',
    objection: 'Objection',
    noObjection: 'none',
    bases: {
      badge: 'Badge and picture agree',
      reviewer: 'The reviewer chose among the candidates',
      session: 'Signed on at the machine',
    },
    states: {
      'in-force': 'counts',
      'taken-back': 'the verdict was undone',
      withdrawn: 'withdrawn by an objection',
      moved: 'the badge was entered wrongly, and is corrected',
    },
    objections: {
      filed: 'to be decided',
      upheld: 'entry upheld',
      withdrawn: 'entry withdrawn',
      lapsed: 'nothing left to decide',
    },
  },
} as const;
export type ReportWords = (typeof reportWords)['zh' | 'en'];
