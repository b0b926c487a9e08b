import type { Transaction } from '../../platform/db/database.ts';

type Text = { zh: string; en: string };
interface Default {
  id: string;
  name: Text;
  notice: Text;
  scope: string[];
  /** Whether an agreement to an earlier text of the program has to be renewed. */
  renew: boolean;
}

const rights: Text = {
  zh: '您可以随时在“我的数据”中撤回同意，不影响您的岗位与待遇。您可以查阅、复制、更正和请求删除本人信息。',
  en: 'You can take your agreement back at any time under "My data"; your post and pay are not affected. You can see, copy and correct your data and ask for their removal.',
};

/**
 * The default purposes of a tenant: only data that the program collects, and only the effects of a
 * refusal or withdrawal that it implements ({@link enforcedPurposes}). The texts are then the
 * tenant's own, to be checked by it.
 */
export const defaultPurposes: readonly Default[] = [
  {
    id: 'badge-tracking',
    name: { zh: '工牌定位', en: 'Position of the badge' },
    notice: {
      zh: `为在平面图上掌握厂区内人员的位置、应急时据此清点人员，企业收集您所佩戴工牌在厂区内的位置与时间（属于行踪轨迹，敏感个人信息），保存期限见数据登记，初始为 30 天。您不同意或未答复时，系统不保存您工牌的位置；撤回同意后停止收集，并立即删除已收集的位置。此时应急清点须由班组长点名。${rights.zh}`,
      en: `To see on the plan who is where on the site, and to count people by it in an emergency, the company collects where your badge is on the site and when (location tracks are sensitive personal data); the register of data says how long they are kept, 30 days at first. If you refuse or do not answer, no position of your badge is kept; if you withdraw, collecting stops and the positions that were collected are removed at once. In an emergency you are then counted by a roll call of your shift leader. ${rights.en}`,
    },
    scope: ['badge-position'],
    renew: false,
  },
  {
    id: 'video-identity',
    name: { zh: '违章画面中的人员识别', en: 'Your name in video' },
    notice: {
      zh: `为查明违章记录涉及谁，企业将您所佩戴工牌的位置与摄像机画面中人员的位置进行比对，必要时把您的姓名写入违章记录，经审核人员确认后进入您的安全档案；不使用人脸识别。须同时同意“工牌定位”。您不同意或未答复时，分析进程得不到您工牌的位置，违章记录中不出现您的姓名；撤回同意后一秒内停止比对，未经审核的记录中您的姓名与候选资格随即删除，已经审核确认的记录依照安全生产法定职责保留并注明您已撤回。${rights.zh}`,
      en: `To find out whom a record of a violation is about, the company compares where your badge is with where the people in the pictures of cameras are, and where that is certain writes your name into the record; once a reviewer has confirmed it, it is part of your safety file. Faces are not recognised. It needs your agreement to "Position of the badge" as well. If you refuse or do not answer, the programs that watch cameras never learn where your badge is, and your name is in no such record; if you withdraw, comparing stops within a second, your name is removed at once from records that nobody has reviewed yet, and from the candidates of all, and records that were confirmed are kept as safety law demands, with a mark that you withdrew. ${rights.en}`,
    },
    scope: ['badge-position', 'video'],
    renew: true,
  },
  {
    id: 'attendance-position',
    name: { zh: '定位打卡', en: 'Clocking in by the badge' },
    notice: {
      zh: `为自动记录您的出勤，企业在您佩戴的工牌经过出入口、或离场后再次进入厂区时，据其位置与时间为您打卡。须同时同意“工牌定位”。保存期限见数据登记，初始为两年。您不同意或未答复时，用手机打卡，系统不以工牌记录考勤；撤回同意后立即停止，已有打卡中的工牌与地点随即删除，打卡时间作为考勤保留。${rights.zh}`,
      en: `To record your attendance by itself, the company clocks you in and out when your badge passes a gate, or is seen on the site again after you had left, by where and when that was. It needs your agreement to "Position of the badge" as well. The register of data says how long it is kept, two years at first. If you refuse or do not answer, you clock in with your phone, and your badge is not used for attendance; if you withdraw, it stops at once, badge and place are removed from the events so far, and the times stay as your attendance. ${rights.en}`,
    },
    scope: ['badge-position'],
    renew: false,
  },
  {
    id: 'training-data',
    name: { zh: '用于改进识别模型', en: 'Improving the detectors' },
    notice: {
      zh: `为改进安全帽等识别的准确性，企业可将经审核的违章画面用于训练识别模型：只取被判定人员周围的部分，面部模糊，其他人遮盖，不对外提供。由工牌得出您的姓名、或将您列为候选的画面，只在您同意后使用；您不同意、撤回或未答复时一律不用。其他画面不知道其中是谁，因此无法逐张挑出您的画面；该厂区无人不同意时，这类画面可以使用。您不同意或撤回同意期间，您任职厂区内凡有人员的画面均不进入训练图片集；此前生成的图片集停止下载，并在次日凌晨从系统删除。已经训练完成的模型和已经下载的副本不受此影响，由企业另行处理。${rights.zh}`,
      en: `To make the recognition of helmets and the like more accurate, the company may use reviewed pictures of violations to train its detectors: only the part around the person who was judged, with the face blurred and others painted over; they are given to nobody else. A picture on which a badge names you, or makes you a candidate, is used only where you agreed: not if you refuse or withdraw, and not before you answer. Of all other pictures it is not known who is in them, so yours alone cannot be left out; those may be used while no person of the site refuses. As long as you refuse, or after you withdraw, no picture with a person from the site where you work goes into a training set; sets that were made before can no longer be downloaded, and are removed from the system in the following night. Detectors that were trained already, and copies that were downloaded already, are not changed by this; the company deals with them. ${rights.en}`,
    },
    scope: ['video'],
    renew: true,
  },
];

/** Purposes that a person is asked about only once the company switches on what needs them. */
const furtherPurposes: readonly Default[] = [
  {
    id: 'attendance-phone',
    name: { zh: '打卡时的手机位置', en: 'Location of the phone when clocking in' },
    notice: {
      zh: `为核实打卡地点，企业在您按下打卡按钮的那一刻收集手机的位置（精确到约十米，属于行踪轨迹，敏感个人信息），其他时间不收集，保存期限见数据登记，初始为两年。您不同意或未答复时，照常打卡，只是不带位置；撤回同意后停止收集，并立即删除已收集的位置，打卡时间作为考勤保留。${rights.zh}`,
      en: `To check where you clock in, the company collects where your phone is at the moment at which you press the button, to about ten metres (location tracks are sensitive personal data), and at no other time; the register of data says how long it is kept, two years at first. If you refuse or do not answer, you clock in as before, without a location; if you withdraw, collecting stops and the locations that were collected are removed at once, while the times stay as your attendance. ${rights.en}`,
    },
    scope: ['phone-position'],
    renew: false,
  },
];

/** Purposes whose refusal the program enforces; others are recorded only. */
export const enforcedPurposes: ReadonlySet<string> = new Set(defaultPurposes.map(({ id }) => id));

/**
 * Adds missing purposes, and updates those with an unchanged text of the program. A text that the
 * tenant changed or disabled is kept.
 */
export async function seedPurposes(tx: Transaction, tenantId: string): Promise<void> {
  const newest = await tx.consentPurpose.findMany({
    distinct: ['id'],
    orderBy: [{ id: 'asc' }, { version: 'desc' }],
  });
  const common = { tenantId, sensitive: true };
  const rows = defaultPurposes.flatMap((one) => {
    const known = newest.find(({ id }) => id === one.id);
    if (!known) return [{ ...common, ...one, version: 1, renew: true }];
    // An earlier version of the program set it inactive: it becomes active again, with a new text.
    const isOurs = known.createdBy === null;
    const isOld = !known.active || (known.notice as Text).zh !== one.notice.zh;
    return isOurs && isOld ? [{ ...common, ...one, version: known.version + 1 }] : [];
  });
  await tx.consentPurpose.createMany({ data: rows, skipDuplicates: true });
}

/** Adds a purpose that is asked about from now on, unless the company has it already. */
export async function offerPurpose(tx: Transaction, tenantId: string, id: string): Promise<void> {
  const purpose = furtherPurposes.find((one) => one.id === id);
  if (!purpose) throw new Error(`there is no purpose ${id}`);
  await tx.consentPurpose.createMany({
    data: [{ tenantId, sensitive: true, ...purpose, version: 1, renew: true }],
    skipDuplicates: true,
  });
}
