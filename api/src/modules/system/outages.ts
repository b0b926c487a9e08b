import type { CameraFaultCode, WorkerStatus } from '@anshi/contracts';
import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { formatInstant } from '../../platform/workflow/notify.ts';
import type { CamerasConfiguration } from '../cameras/configuration.ts';
import type { CameraStates } from '../cameras/health.ts';

const JOB = 'system.outages';
const EVERY_MINUTE = '* * * * *';
/** A restart of a camera or worker is shorter. */
const PATIENCE_MS = 5 * 60_000;
/** A camera whose fault changes is notified once within this time. */
const ONCE_WITHIN_MS = 60 * 60_000;

interface Parts {
  units: Units;
  notices: Notices;
  states: CameraStates;
  configuration: CamerasConfiguration;
  timeZone: string;
}

/** A worker or camera that has been down for long. */
interface Outage {
  entity: 'worker' | 'camera';
  id: string;
  since: Date;
  title: Bilingual;
  /** Why, as a sentence without its end. */
  why: Bilingual;
}

/**
 * Notifies those who watch the cameras, and those who look after the program, of camera workers and
 * cameras that have been down for five minutes: once for each outage. Of the cameras of a worker that
 * is down only the worker is told.
 *
 * @returns how many outages there are now.
 */
export async function notifyOfOutages(
  parts: Parts,
  tenant: string,
  now = new Date(),
): Promise<number> {
  const outages = outagesOf(parts).filter(
    ({ since }) => now.getTime() - since.getTime() >= PATIENCE_MS,
  );
  if (outages.length === 0) return 0;
  await parts.units.run(systemCaller(tenant), async (unit) => {
    const to = await recipients(unit);
    for (const { entity, id, since, title, why } of outages) {
      const clock = formatInstant(since, parts.timeZone);
      await parts.notices.notify(unit, {
        to,
        kind: 'system.problem',
        severity: 'warning',
        title,
        body: { zh: `自 ${clock} 起：${why.zh}。`, en: `Since ${clock}: ${why.en}.` },
        link: noticeLink('system.problem', id),
        subject: { entity, id },
        onceSince: new Date(Math.min(since.getTime(), now.getTime() - ONCE_WITHIN_MS)),
      });
    }
  });
  return outages.length;
}

async function recipients({ tx }: Unit): Promise<string[]> {
  const watching = await holdersOf(tx, 'live:watch');
  // Users who handle failed events maintain the system.
  const operating = await holdersOf(tx, 'event:manage');
  return [...new Set([...watching, ...operating])];
}

/** In the order of entity and id, as two processes must lock them. */
function outagesOf({ states, configuration }: Parts): Outage[] {
  const workers = new Map(
    states
      .workers()
      .filter(({ online }) => !online)
      .map((one): [string, Outage] => [one.worker, workerOutage(one)]),
  );
  const cameras = configuration.file.cameras.flatMap(({ id, name }) => {
    const health = states.health(id);
    if (!health?.fault || health.state === 'disabled') return [];
    const since = new Date(health.fault.since);
    const worker = workers.get(health.worker);
    if (!worker) return [cameraOutage(id, name, health.fault.code, since)];
    // The last will of a worker names the time at which it began.
    if (since > worker.since) worker.since = since;
    return [];
  });
  return [...cameras.sort((a, b) => a.id.localeCompare(b.id)), ...workers.values()];
}

const cameraOutage = (id: string, name: Bilingual, code: CameraFaultCode, since: Date): Outage => ({
  entity: 'camera',
  id,
  since,
  title: { zh: `摄像机无画面：${name.zh}`, en: `No picture from ${name.en}` },
  why: faultWords[code],
});

const workerOutage = ({ worker, at, cameras }: WorkerStatus): Outage => ({
  entity: 'worker',
  id: worker,
  since: new Date(at),
  title: { zh: `识别节点离线：${worker}`, en: `Camera worker offline: ${worker}` },
  why: {
    zh: `它负责的 ${cameras.length} 台摄像机没有识别`,
    en: `its cameras (${cameras.length}) are not watched`,
  },
});

type Bilingual = { zh: string; en: string };

const faultWords: Record<CameraFaultCode, Bilingual> = {
  unreachable: { zh: '地址无应答', en: 'nothing answers at its address' },
  unauthorized: { zh: '用户名或密码被拒绝', en: 'it refuses the user or password' },
  'not-found': { zh: '摄像机上没有此路径的码流', en: 'it has no stream at the path' },
  'no-video': { zh: '码流中没有视频', en: 'its stream has no video' },
  'untrusted-certificate': { zh: '证书不受信任', en: 'its certificate is not trusted' },
  'unsupported-codec': { zh: '编码格式不受支持', en: 'its codec is not supported' },
  'wrong-picture-size': {
    zh: '画面尺寸与配置不符',
    en: 'its picture has another size than configured',
  },
  stalled: { zh: '画面停止更新', en: 'no new pictures come' },
  ended: { zh: '码流已结束', en: 'its stream has ended' },
  configuration: { zh: '配置有误', en: 'its configuration has a fault' },
  failed: { zh: '识别节点没有上报', en: 'its camera worker reports nothing' },
};

/** Checks every minute, in one process at a time. */
export async function scheduleOutages(
  parts: Parts & {
    jobs: Jobs;
    whileOn: (
      work: (data: object, about: { tenant: string }) => Promise<void>,
    ) => Parameters<Jobs['define']>[2];
  },
): Promise<void> {
  const { jobs, whileOn, timeZone } = parts;
  jobs.define(
    JOB,
    { retries: 0 },
    whileOn(async (_data, { tenant }) => {
      await notifyOfOutages(parts, tenant);
    }),
  );
  await jobs.schedule(JOB, EVERY_MINUTE, {}, timeZone);
}
