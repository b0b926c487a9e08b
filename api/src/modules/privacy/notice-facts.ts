import type { Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { type Fact, fact } from './fact.ts';

/**
 * Whether collected data have an active notice, whether the people concerned can read it, and
 * whether no data are kept without consent.
 *
 * @param active ids of the active purposes.
 * @param nameOf the name of a purpose.
 */
export async function noticeFacts(
  tx: Transaction,
  active: ReadonlySet<string>,
  nameOf: (purpose: string) => Bilingual,
): Promise<{ notices: Fact; reached: Fact; positions: Fact }> {
  const ids = [...active];
  const [found] = await tx.$queryRaw<
    { badges: number; sets: number; people: number; unreached: number; kept: number }[]
  >`
    WITH newest AS (
      SELECT DISTINCT ON (person_id, purpose_id) person_id, purpose_id, decision, notice_version
      FROM consent ORDER BY person_id, purpose_id, seq DESC
    ), valid AS (
      SELECT id, max(version) FILTER (WHERE renew OR version = 1) AS first
      FROM consent_purpose GROUP BY id
    ), staff AS (
      SELECT p.id, EXISTS (
          SELECT 1 FROM app_user u WHERE u.person_id = p.id AND u.active) AS has_account,
        (SELECT count(*) FROM newest n WHERE n.person_id = p.id AND n.purpose_id = ANY (${ids}::text[]))
          AS answered
      FROM person p WHERE p.status = 'active'
    )
    SELECT (SELECT count(*)::int FROM badge WHERE until IS NULL) AS badges,
      (SELECT count(*)::int FROM model_label_export WHERE state IN ('waiting', 'ready')) AS sets,
      (SELECT count(*)::int FROM staff) AS people,
      (SELECT count(*)::int FROM staff WHERE NOT has_account AND answered < ${ids.length}) AS unreached,
      (SELECT count(*)::int FROM location_latest l JOIN badge b ON b.badge = l.provider_id
          AND l.generated_at >= b.since AND (b.until IS NULL OR l.generated_at < b.until)
        WHERE NOT EXISTS (
          SELECT 1 FROM newest n JOIN valid v ON v.id = n.purpose_id
          WHERE n.person_id = b.person_id AND n.purpose_id = 'badge-tracking'
            AND n.decision = 'given' AND n.notice_version >= v.first)) AS kept`;
  const { badges = 0, sets = 0, people = 0, unreached = 0, kept = 0 } = found ?? {};
  const unasked = [
    ...(badges > 0 && !active.has('badge-tracking') ? ['badge-tracking'] : []),
    ...(sets > 0 && !active.has('training-data') ? ['training-data'] : []),
  ];
  return {
    notices: fact(
      ids.length > 0 && unasked.length === 0,
      unasked.length > 0
        ? `正在收集但没有生效的告知：${unasked.map((id) => nameOf(id).zh).join('、')}`
        : `生效的告知文本 ${ids.length} 项，正在收集的均有对应告知`,
      unasked.length > 0
        ? `Collected without a notice that is active: ${unasked.map((id) => nameOf(id).en).join(', ')}`
        : `${ids.length} notices are active, and all that is collected has one`,
    ),
    reached: fact(
      unreached === 0 && people > 0,
      `在职 ${people} 人，其中既无账号可查看、也无纸质答复的 ${unreached} 人`,
      `Of ${people} people who work here, ${unreached} have neither an account to read the notices with nor an answer on paper`,
    ),
    positions: fact(
      kept === 0,
      `未同意定位而存有最新位置的工牌：${kept}`,
      `Badges with a position whose wearer does not agree: ${kept}`,
    ),
  };
}
