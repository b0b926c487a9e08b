import type { Bilingual } from '@anshi/contracts';
import { holdersOf, readHolders, within } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { Devices } from './devices.ts';
import type { DeviceKind, OutageFault } from './schema.ts';
import { mayHaveStill } from './stills.ts';
import { causeWords, faultWords } from './words.ts';

interface Parts {
  notices: Pick<Notices, 'notify'>;
  devices: Pick<Devices, 'names' | 'placeOf'>;
}
type Row = Awaited<ReturnType<Transaction['deviceOutage']['findFirstOrThrow']>>;
type NoticeKind = 'camera.offline' | 'camera.tampered' | 'worker.offline';

/** Delay and silence are of the connection, the rest is of the picture. */
function noticeKind({ kind, fault }: Pick<Row, 'kind' | 'fault'>): NoticeKind {
  if (kind === 'worker') return 'worker.offline';
  return ['offline', 'delayed', 'network'].includes(fault) ? 'camera.offline' : 'camera.tampered';
}

const faultOf = ({ kind, fault }: Row): Bilingual =>
  kind === 'worker' ? { zh: '离线', en: 'is away' } : faultWords[fault as OutageFault];

/** Tells of outages for the first time, and marks them so. One that is marked already is not told again. */
export async function tellOfOutages(
  unit: Unit,
  parts: Parts,
  ids: readonly string[],
): Promise<void> {
  const { tx } = unit;
  const marked = await tx.$queryRaw<{ id: string }[]>`
    UPDATE device_outage SET told_at = now()
    WHERE id = ANY (${[...ids]}::text[]) AND told_at IS NULL AND ended_at IS NULL RETURNING id`;
  await tell(unit, parts, marked, async (row, name) => {
    const fault = faultOf(row);
    const cause = causeWords(row.cause);
    const at = timeMark(row.begunAt);
    const cameras = row.kind === 'worker' ? await watchedBy(tx, row.subject) : 0;
    return {
      severity: 'warning',
      title: { zh: `${name.zh}：${fault.zh}`, en: `${name.en}: ${fault.en}` },
      body: {
        zh: [
          `自 ${at} 起。`,
          cause ? `原因：${cause.zh}。` : '',
          cameras > 0 ? `由它监视的 ${cameras} 台摄像机无人监视。` : '',
          mayHaveStill(row) ? '最后的画面（如有）见该设备页。' : '',
        ].join(''),
        en: [
          `Since ${at}.`,
          cause ? ` Reason: ${cause.en}.` : '',
          cameras > 0 ? ` ${cameras} cameras are not watched.` : '',
          mayHaveStill(row) ? ' Its page shows the last picture, or says why there is none.' : '',
        ].join(''),
      },
    };
  });
}

/** Tells that outages of which people were told are over. */
export async function tellOfEnds(unit: Unit, parts: Parts): Promise<void> {
  const marked = await unit.tx.$queryRaw<{ id: string }[]>`
    UPDATE device_outage SET told_end_at = now()
    WHERE told_at IS NOT NULL AND told_end_at IS NULL AND ended_at IS NOT NULL RETURNING id`;
  await tell(unit, parts, marked, async (row, name) => {
    const fault = faultOf(row);
    const from = timeMark(row.begunAt);
    const to = timeMark(row.endedAt ?? row.begunAt);
    return {
      severity: 'info',
      title:
        row.fault === 'network'
          ? { zh: `${name.zh}：主网络已恢复`, en: `${name.en}: its first network is back` }
          : { zh: `${name.zh}：已恢复`, en: `${name.en}: is back` },
      body: {
        zh: `${fault.zh}：${from} 至 ${to}。`,
        en: `${name.en} ${fault.en}: from ${from} to ${to}.`,
      },
    };
  });
}

async function tell(
  unit: Unit,
  { notices, devices }: Parts,
  marked: readonly { id: string }[],
  wordsOf: (
    row: Row,
    name: Bilingual,
  ) => Promise<{ severity: 'info' | 'warning'; title: Bilingual; body: Bilingual }>,
): Promise<void> {
  if (marked.length === 0) return;
  const { tx } = unit;
  const rows = await tx.deviceOutage.findMany({
    where: { id: { in: marked.map(({ id }) => id) } },
    // Notices about several subjects are written in the order of their ids.
    orderBy: [{ subject: 'asc' }, { id: 'asc' }],
  });
  // Those who repair a device, and those who rely on it.
  const repairing = await holdersOf(tx, 'device-health:manage');
  const watching = await readHolders(tx, 'live:watch');
  const nameOf = await devices.names(tx);
  for (const row of rows) {
    const kind = noticeKind(row);
    const place = row.kind === 'camera' ? (devices.placeOf(row.subject) ?? {}) : {};
    const to = [...new Set([...repairing, ...within(watching, 'live:watch', place)])];
    const words = await wordsOf(row, nameOf(row.kind as DeviceKind, row.subject));
    await notices.notify(unit, {
      to,
      kind,
      ...words,
      link: noticeLink(kind, row.subject),
      subject: { entity: row.kind === 'worker' ? 'worker' : 'camera', id: row.subject },
      // Each outage is told by itself.
      sameWithinMinutes: 0,
    });
  }
}

/** How many cameras have no picture because their worker is away. */
const watchedBy = (tx: Transaction, worker: string): Promise<number> =>
  tx.deviceOutage.count({
    where: { kind: 'camera', worker, fault: 'offline', endedAt: null },
  });
