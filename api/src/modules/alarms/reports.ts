import { type Acknowledgement, alarmReported, topics } from '@anshi/contracts';
import { z } from 'zod';
import { isDatabaseUnavailable } from '../../platform/db/database-errors.ts';
import type { Platform } from '../../platform/module.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { AlarmRecords } from './record.ts';

/** What a report has that can be answered at all. */
const envelope = z.object({ source: z.string().max(256), id: z.string().max(128) });

/**
 * Takes what workers report of alarms, and acknowledges each report after its commit. One without an
 * acknowledgement comes again; one that was taken by another process changes nothing.
 */
export function takeAlarmReports(
  platform: Pick<Platform, 'bus' | 'busSigner' | 'busRefusals' | 'metrics' | 'settings' | 'log'>,
  records: Pick<AlarmRecords, 'take'>,
): void {
  const { bus, busSigner: signer, busRefusals: refusals, metrics, log } = platform;
  const { tenant } = platform.settings;

  bus.subscribe(topics.alarmEvents(tenant, '+'), 1, async (topic, message, payload) => {
    const worker = topic.split('/').at(-1) ?? '';
    const user = `worker-${worker}`;
    const fault = signer.fault(worker, topic, payload);
    if (fault !== null) {
      const detail = `a report of an alarm whose signature is ${fault}`;
      return refusals.note({ user, what: 'signature', topic, detail });
    }
    const sender = envelope.safeParse(message);
    if (!sender.success) {
      metrics.busInvalid.inc({ kind: 'alarm-report' });
      return refusals.note({
        user,
        what: 'schema',
        topic,
        detail: 'a report without source or id',
      });
    }
    const { source, id } = sender.data;
    const answer = (word: Pick<Acknowledgement, 'result' | 'reason'>) => {
      const to = topics.acknowledgements(tenant, worker);
      const full: Acknowledgement = { source, id, ...word, at: new Date().toISOString() };
      bus.publishText(to, signer.sign(worker, to, full));
    };
    const reject = (what: 'schema' | 'sender' | 'time', reason: string) => {
      log.error({ worker, id, reason }, 'a report of an alarm is rejected');
      refusals.note({ user, what, topic, detail: reason });
      answer({ result: 'rejected', reason });
    };
    const read = alarmReported.safeParse(message);
    if (!read.success) {
      metrics.busInvalid.inc({ kind: 'alarm-report' });
      return reject('schema', z.prettifyError(read.error));
    }
    const report = read.data.data;
    if (source !== `/vision/${worker}` || report.worker !== worker) {
      return reject('sender', `source and worker must be /vision/${worker} on this topic`);
    }
    const time = takeTime(metrics, 'alarm-report', report.raisedAt);
    if (time.result === 'waits') return;
    if (time.result === 'refused') {
      return reject('time', `the time raisedAt cannot be (${time.why})`);
    }
    try {
      if ((await records.take(worker, report)) === 'revoked') {
        // Without an answer: it may be given a new credential.
        const detail = `the credential of the worker ${worker} is revoked`;
        return refusals.note({ user, what: 'revoked', topic, detail });
      }
      answer({ result: 'committed' });
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        log.warn({ worker, id }, 'the database is away; the report of an alarm will come again');
      } else {
        log.error({ err: error, worker, id }, 'the report of an alarm was not taken');
      }
    }
  });
}
