import type { WorkerStatus } from '@anshi/contracts';
import type { Logger } from 'pino';
import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Disk, DiskPlace, Disks } from '../../platform/disks/watch.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';

type Bilingual = { zh: string; en: string };

const placeWords: Record<DiskPlace, Bilingual> = {
  logs: { zh: '日志', en: 'logs' },
  evidence: { zh: '证据', en: 'evidence' },
  files: { zh: '附件', en: 'files' },
  uploads: { zh: '上传', en: 'uploads' },
  database: { zh: '数据库', en: 'database' },
  backups: { zh: '备份', en: 'backups' },
};
const meanwhile: Record<DiskPlace, Bilingual> = {
  logs: { zh: '日志将被丢弃', en: 'lines of the logs are dropped' },
  evidence: {
    zh: '新的证据在识别节点等待，违章晚些入库',
    en: 'new evidence waits at the workers, and violations are recorded late',
  },
  files: { zh: '不接受新附件', en: 'no new files are taken' },
  uploads: { zh: '不接受新附件', en: 'no new files are taken' },
  database: { zh: '只能查看，不能更改', en: 'people can read and change nothing' },
  backups: { zh: '没有新的备份', en: 'no new backups are made' },
};

/** A disk is of no department and no site: those who watch all hear of it. */
const nowhere = { department: null, site: null };

/**
 * Tells those who look after the program of disks that run low or are full, and of workers that keep
 * no video: once for each time that it begins. Where the database itself is full the notice may find
 * no room; it was told when it ran low.
 *
 * @returns looks at the workers; to be called again and again.
 */
export function tellOfDisks(parts: {
  disks: Pick<Disks, 'onChange'>;
  /** As they are now. */
  workers: () => readonly WorkerStatus[];
  units: Units;
  notices: Notices;
  tenant: string;
  log: Logger;
}): () => void {
  const { disks, workers, units, notices, tenant, log } = parts;
  const silent = new Set<string>();

  function tell(
    subject: { entity: 'disk' | 'worker'; id: string },
    severity: 'warning' | 'critical',
    title: Bilingual,
    body: Bilingual,
  ): void {
    units
      .run(systemCaller(tenant), async (unit) => {
        const to = await holdersOf(unit.tx, 'event:manage');
        const watching = await holdersWithin(unit.tx, 'live:watch', nowhere);
        await notices.notify(unit, {
          to: [...new Set([...to, ...watching])],
          kind: 'system.problem',
          severity,
          title,
          body,
          link: noticeLink('system.problem', subject.id),
          subject,
        });
      })
      .catch((err: unknown) => log.error({ err, subject }, 'nobody could be told of a disk'));
  }

  disks.onChange((disk, before) => {
    const isWorse = disk.state === 'full' || (disk.state === 'low' && before === 'ok');
    if (isWorse) tell({ entity: 'disk', id: disk.place }, ...noticeOf(disk));
  });
  const look = ({ worker, online, recording }: WorkerStatus) => {
    if (!online || recording) silent.delete(worker);
    else if (!silent.has(worker)) {
      silent.add(worker);
      tell(
        { entity: 'worker', id: worker },
        'critical',
        { zh: `识别节点不保存录像：${worker}`, en: `No video is kept by ${worker}` },
        {
          zh: '它的磁盘没有空间。照常识别与报警，但没有证据；请释放空间，之后自动恢复。',
          en: 'Its disk has no room. It watches and alarms without evidence; free space, it goes on by itself.',
        },
      );
    }
  };
  return () => {
    for (const worker of workers()) look(worker);
  };
}

function noticeOf({
  place,
  folder,
  state,
  freeBytes,
}: Disk): ['warning' | 'critical', Bilingual, Bilingual] {
  const name = placeWords[place];
  const free = `${(freeBytes / 1e9).toFixed(2)} GB`;
  const effect = meanwhile[place];
  if (state === 'full') {
    return [
      'critical',
      { zh: `磁盘已满：${name.zh}`, en: `The disk is full: ${name.en}` },
      {
        zh: `${folder} 还剩 ${free}：${effect.zh}。请释放空间，之后自动恢复。`,
        en: `${folder} has ${free} left: ${effect.en}. Free space; it goes on by itself.`,
      },
    ];
  }
  return [
    'warning',
    { zh: `磁盘空间不足：${name.zh}`, en: `The disk runs low: ${name.en}` },
    {
      zh: `${folder} 还剩 ${free}。满了之后：${effect.zh}。`,
      en: `${folder} has ${free} left. When it is full, ${effect.en}.`,
    },
  ];
}
