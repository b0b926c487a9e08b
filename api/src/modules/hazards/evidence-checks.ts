import type { StoredFile } from '../../platform/files/types.ts';

/**
 * Hamming distance (of 64) within which pictures may show one photo: re-encoded, cropped,
 * brightened.
 */
export const ALIKE_BITS = 8;
/** Within this distance there is no doubt. */
const SAME_BITS = 2;
/** Maximum age of a photo before the finding: people take it, then report. */
const OLDER_MS = 24 * 3600_000;
/** Tolerance between the clocks of phones and the server. */
const SKEW_MS = 5 * 60_000;

export interface Finding {
  kind: string;
  severity: 'info' | 'warning' | 'critical';
  text: { zh: string; en: string };
  fileId: string | null;
  otherHazardId: string | null;
}

/** Data of the hazard and its place. */
export interface Setting {
  hazardId: string;
  stage: 'report' | 'rectification';
  foundAt: Date;
  /** When the rectification was assigned; null before. */
  assignedAt: Date | null;
  /** Null without coordinates of the site. */
  site: { latitude: number; longitude: number; radius: number } | null;
}

/** Another identical or similar file; for one of the same hazard, `otherId` is the hazard's. */
export interface Lookalike {
  file: StoredFile;
  distance: number;
}

const finding = (
  file: StoredFile,
  kind: string,
  severity: Finding['severity'],
  zh: string,
  en: string,
  otherHazardId: string | null = null,
): Finding => ({ kind, severity, text: { zh, en }, fileId: file.id, otherHazardId });

/** Indications of forgery, by similarity, time and place. */
export function checkFile(file: StoredFile, alike: Lookalike[], setting: Setting): Finding[] {
  if (file.kind !== 'photo' && file.kind !== 'video') return [];
  return [
    ...checkReuse(file, alike, setting),
    ...checkTime(file, setting),
    ...checkPlace(file, setting),
  ];
}

function checkReuse(file: StoredFile, alike: Lookalike[], setting: Setting): Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  // The nearest match of each hazard.
  for (const one of [...alike].sort((a, b) => a.distance - b.distance)) {
    const owner = one.file.attachedTo;
    if (!owner || one.file.id === file.id || seen.has(owner.id)) continue;
    const own = owner.entity === 'hazard' && owner.id === setting.hazardId;
    if (own && !(setting.stage === 'rectification' && owner.role === 'report')) continue;
    seen.add(owner.id);
    const other = owner.entity === 'hazard' ? owner.id : null;
    const surely = one.distance <= SAME_BITS;
    if (own) {
      found.push(
        finding(
          file,
          'before-as-after',
          surely ? 'critical' : 'warning',
          `整改照片与上报照片几乎相同（差异 ${one.distance}/64），疑似用整改前照片冒充`,
          `The picture of the rectification is nearly that of the report (${one.distance} of 64 bits differ)`,
          other,
        ),
      );
    } else if (one.file.sha256 === file.sha256) {
      found.push(
        finding(
          file,
          'same-file',
          'critical',
          '与另一条记录的证据是同一个文件',
          'The very file is evidence of another record',
          other,
        ),
      );
    } else {
      found.push(
        finding(
          file,
          'look-alike',
          surely ? 'critical' : 'warning',
          `与另一条记录的照片几乎相同（差异 ${one.distance}/64）`,
          `Nearly a picture of another record (${one.distance} of 64 bits differ)`,
          other,
        ),
      );
    }
  }
  return found;
}

const hours = (ms: number) => Math.round(ms / 3600_000);

function checkTime(file: StoredFile, { stage, foundAt, assignedAt }: Setting): Finding[] {
  if (file.takenAt === null) {
    return [
      finding(
        file,
        'no-capture-time',
        'info',
        '照片没有拍摄时间',
        'The file does not say when it was taken',
      ),
    ];
  }
  const taken = file.takenAt.getTime();
  if (stage === 'rectification' && assignedAt && taken < assignedAt.getTime() - SKEW_MS) {
    const before = hours(assignedAt.getTime() - taken);
    return [
      finding(
        file,
        'taken-before-assignment',
        'critical',
        `拍摄时间早于任务分派约 ${before} 小时`,
        `Taken about ${before} h before the rectification was assigned`,
      ),
    ];
  }
  const before = foundAt.getTime() - taken;
  if (stage === 'report' && before > OLDER_MS) {
    return [
      finding(
        file,
        'taken-long-before',
        'warning',
        `拍摄时间早于发现时间约 ${hours(before)} 小时`,
        `Taken about ${hours(before)} h before the hazard is said to be found`,
      ),
    ];
  }
  return [];
}

function checkPlace(file: StoredFile, { site }: Setting): Finding[] {
  if (!site || !file.takenWhere) return [];
  const away = metresBetween(site, file.takenWhere);
  if (away <= site.radius) return [];
  const km = (away / 1000).toFixed(1);
  return [
    finding(
      file,
      'taken-elsewhere',
      'critical',
      `拍摄地点距厂区约 ${km} 公里`,
      `Taken about ${km} km from the site`,
    ),
  ];
}

/** Great-circle distance (haversine, mean radius of the earth 6,371 km). */
export function metresBetween(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const rad = Math.PI / 180;
  const dLat = (b.latitude - a.latitude) * rad;
  const dLon = (b.longitude - a.longitude) * rad;
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.min(1, Math.sqrt(h)));
}
