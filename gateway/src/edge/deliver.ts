import type { Logger } from 'pino';
import { ApiAway, codeOf, type EdgeApi } from './api.ts';
import type { EdgeJournal } from './edge-journal.ts';

/** Answers after which the same decision may be taken later. */
const LATER = new Set([401, 403, 404, 408, 429]);
/** So are these: a person switches the point on again. */
const LATER_CODES = new Set(['gate.point-unknown']);

/**
 * Delivers what waits, the oldest first, each by its key; ends at the first that cannot be delivered now. One that lies in
 * the future, as the clock was wrong, waits for its time and holds up no other one. What the API will never take is set
 * aside.
 */
export async function deliver(api: EdgeApi, journal: EdgeJournal, log: Logger): Promise<void> {
  try {
    for (const record of journal.waiting) {
      const answer = await api.send('POST', 'edge-decisions', {
        body: JSON.stringify(record.decision),
        headers: { 'idempotency-key': record.key },
      });
      const code = codeOf(answer);
      if (answer.status === 200) await journal.delivered(record.key);
      else if (code === 'gate.clock') continue;
      else if (code === 'device.other-name') await setAside();
      else if (LATER.has(answer.status) || LATER_CODES.has(code ?? '')) return;
      else await setAside();

      async function setAside() {
        log.error({ key: record.key, status: answer.status, code }, 'a decision is not taken');
        await journal.setAside(record, `${answer.status} ${code ?? ''}`);
      }
    }
    for (const [id, report] of journal.reports) {
      const { status } = await api.send('POST', 'edge-reports', { body: JSON.stringify(report) });
      if (status === 200 || status === 400) await journal.delivered(id);
      else return;
    }
  } catch (error) {
    if (!(error instanceof ApiAway)) throw error;
  }
}
