import type { Transaction } from '../../platform/db/database.ts';

interface Default {
  id: string;
  name: { zh: string; en: string };
  notice: { zh: string; en: string };
  scope: string[];
}

const rightsZh =
  '您可以随时在“我的数据”中撤回同意；撤回后停止收集，并删除据此收集的数据，不影响您的岗位与待遇。您可以查阅、复制、更正和请求删除本人信息。不同意时，入厂与考勤改用身份牌人工登记。';
const rightsEn =
  'You can take your agreement back at any time under "My data": collecting stops, what was collected by it is removed, and your post and pay are not affected. You can see, copy and correct your data and ask for their removal. If you do not agree, gates and attendance use a card and a list instead.';

/** What a new tenant asks its people. The texts are then the tenant's own, to be checked by it. */
const defaults: Default[] = [
  {
    id: 'badge-tracking',
    name: { zh: '工牌定位', en: 'Position of the badge' },
    notice: {
      zh: `为在危险区域内预警、事故时清点人员，企业收集您所佩戴工牌在厂区内的位置与时间（属于行踪轨迹，敏感个人信息），默认保存 30 天。${rightsZh}`,
      en: `To warn you in danger zones and to count people in an emergency, the company collects where your badge is on the site and when (location tracks are sensitive personal data), kept for 30 days unless the register says otherwise. ${rightsEn}`,
    },
    scope: ['badge-position'],
  },
  {
    id: 'video-identity',
    name: { zh: '视频身份关联', en: 'Linking video to a person' },
    notice: {
      zh: `为将违章记录对应到本人并匹配培训，企业将监控画面与您的工牌位置关联，由安全员审核后记入安全档案（属于敏感个人信息）。不进行人脸识别。${rightsZh}`,
      en: `To link a recorded violation to you and to match training, the company joins camera pictures with the position of your badge; a safety officer checks it before it goes to your safety file (sensitive personal data). No face recognition is done. ${rightsEn}`,
    },
    scope: ['video', 'badge-position'],
  },
  {
    id: 'training-data',
    name: { zh: '用于改进识别模型', en: 'Improving the detectors' },
    notice: {
      zh: `为改进安全帽等识别的准确性，企业可将含有您身影、已模糊面部的画面用于训练识别模型，不对外提供。${rightsZh}`,
      en: `To make the recognition of helmets and the like more accurate, the company may use pictures that show you, with the face blurred, to train its detectors; they are given to nobody else. ${rightsEn}`,
    },
    scope: ['video'],
  },
];

/** Adds the purposes that the tenant lacks. */
export async function seedPurposes(tx: Transaction, tenantId: string): Promise<void> {
  const known = await tx.consentPurpose.findMany({ select: { id: true }, distinct: ['id'] });
  const there = new Set(known.map(({ id }) => id));
  await tx.consentPurpose.createMany({
    data: defaults
      .filter(({ id }) => !there.has(id))
      .map((one) => ({ tenantId, version: 1, sensitive: true, renew: true, ...one })),
    skipDuplicates: true,
  });
}
