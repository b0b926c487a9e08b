import { busRights } from '@anshi/contracts';
import { signMessage, workerBusKey } from '@anshi/contracts/bus-signature';
import { confirmedEvent, testFile } from '../../api/src/testing/worker.ts';

/** In every forged message that has one: by this it is known where it is delivered. */
export const FORGED = 'forged-by-the-bench';

/**
 * Every topic that any kind of user may write, of a tenant and of one victim: from the one table of rights, so
 * that a new topic is attacked, too.
 */
export function forgedTopics(tenant: string, victim: string): string[] {
  const filters = Object.values(busRights).flatMap(({ publish }) => publish);
  const topics = filters.map((filter) =>
    filter.replaceAll('{tenant}', tenant).replaceAll('{name}', victim).replaceAll('+', victim),
  );
  return [...new Set(topics)].sort();
}

/** What is sent on a topic: as much of a real message as its readers look at, and the mark. */
function contentOf(topic: string, victim: string): object {
  const at = new Date().toISOString();
  if (topic.includes('/events/violation/')) {
    const event = confirmedEvent(victim, testFile('image/jpeg'));
    return { ...event, forged: FORGED };
  }
  return {
    forged: FORGED,
    id: '01KAXXXXXXXXXXXXXXXXXXXXX1',
    source: `/vision/${victim}`,
    type: 'cn.anshi.violation.recorded.v1',
    result: 'committed',
    provider_id: victim,
    worker: victim,
    camera: 'hall-west',
    device: victim,
    machine: victim,
    gateway: victim,
    zone: 'robot-cell',
    rule: null,
    action: 'off',
    state: 'stopped',
    online: true,
    armed: false,
    light: 'off',
    sound: false,
    mutes: [],
    states: [],
    entries: [],
    revision: 'forged',
    content: '{}',
    signatures: {},
    cameras: ['hall-west'],
    http: 'http://127.0.0.1:9',
    at,
    time: at,
    validUntil: new Date(Date.now() + 3_600_000).toISOString(),
  };
}

/**
 * The messages that none of the attackers may send: each topic plain, signed by a wrong key, of another
 * tenant, and as text that is no message.
 */
export function forgeries(tenant: string, victim: string): [topic: string, message: string][] {
  const key = workerBusKey('a secret that is not that of the API ', tenant, victim);
  return forgedTopics(tenant, victim).flatMap((topic): [string, string][] => {
    const message = contentOf(topic, victim);
    return [
      [topic, JSON.stringify(message)],
      [topic, signMessage(key, topic, message)],
      [topic.replace(`/${tenant}/`, '/other/'), JSON.stringify(message)],
      [topic, `{"by":"${FORGED}"`],
    ];
  });
}
