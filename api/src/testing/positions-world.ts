import {
  type Location,
  type PositionFix,
  type PositionsStateContent,
  positionsContent,
  positionsNotice,
  positionsStateContent,
  topics,
} from '@anshi/contracts';
import { isTextSigned } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { busUser, openSite, type RunningApi, type Site, startApi, until } from './site.ts';
import { makeUser } from './users.ts';
import { keyOf, startWorker, type TestWorker } from './worker.ts';

/** A worker that listens to positions, the simulated readers, and people who agree or do not. */
export interface PositionsWorld {
  readonly site: Site;
  readonly api: RunningApi;
  readonly database: Database;
  /** Past the policies, as the owner of the database. */
  readonly superUrl: string;
  readonly worker: TestWorker;
  /** What the worker heard, signed for it, with the time of arrival; newest last. */
  readonly heard: { fix: PositionFix; at: number }[];
  /** The last state of the plan `hall`, and when it came. */
  state(): { content: PositionsStateContent; at: number } | null;
  /** Publishes a fix on the plan `hall`. */
  fix(badge: string, changes?: Partial<Location>): Promise<void>;
  personOf(employeeNo: string): Promise<string>;
  bind(person: string, badge: string): Promise<string>;
  consent(
    person: string,
    purpose: string,
    decision: 'given' | 'refused' | 'withdrawn',
  ): Promise<void>;
  /** Agrees to all that a name needs. */
  agree(person: string): Promise<void>;
  /** Sends fixes of the badge until the worker hears of it. @returns the handle. */
  handleOf(badge: string): Promise<string>;
  stop(): Promise<void>;
}

export async function openPositionsWorld(): Promise<PositionsWorld> {
  const site = await openSite();
  const { appUrl, superUrl } = await site.seededDatabase();
  const api = await startApi(site, appUrl);
  const worker = await startWorker(site, api, 'worker-1');
  const database = openDatabase(api.settings.databaseUrl);
  await makeUser(database, 'clerk', ['person:read@all', 'person:manage@all']);
  const heard: PositionsWorld['heard'] = [];
  let state: ReturnType<PositionsWorld['state']> = null;
  const user = busUser(site, 'worker', 'worker-9');
  const listener: MqttClient = await mqtt.connectAsync(user.url, user.options);
  listener.on('message', (topic, payload) => {
    // A state that is told no more is taken away.
    if (payload.length === 0) return;
    const notice = positionsNotice.parse(JSON.parse(payload.toString()));
    const signature = notice.signatures[worker.name] ?? '';
    if (!isTextSigned(keyOf(worker.name), topic, notice.content, signature)) return;
    const content: unknown = JSON.parse(notice.content);
    const at = Date.now();
    if (topic === topics.positionsState('demo', 'hall')) {
      state = { content: positionsStateContent.parse(content), at };
    } else {
      for (const fix of positionsContent.parse(content).fixes) heard.push({ fix, at });
    }
  });
  for (const filter of [topics.positions('demo', '+'), topics.positionsState('demo', '+')]) {
    await listener.subscribeAsync(filter, { qos: 1 });
  }
  const simulator = busUser(site, 'simulator');
  const plant = await mqtt.connectAsync(simulator.url, simulator.options);

  const sent = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await api.send<Record<string, unknown>>('clerk', 'POST', path, body);
    if (answer.status >= 300)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const world: PositionsWorld = {
    site,
    api,
    database,
    superUrl,
    worker,
    heard,
    state: () => state,
    async fix(badge, changes = {}) {
      const location: Location = {
        position: { type: 'Point', coordinates: [12.5, 7.25] },
        source: 'hall',
        provider_type: 'uwb',
        provider_id: badge,
        trackables: [],
        timestamp_generated: new Date().toISOString(),
        crs: 'local',
        accuracy: 2.45,
        ...changes,
      };
      const topic = topics.locations('demo', badge);
      await plant.publishAsync(topic, JSON.stringify(location), { qos: 1 });
    },
    personOf: (employeeNo) =>
      database.transaction(
        { tenant: 'demo', user: null },
        async (tx) => (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id,
      ),
    bind: async (person, badge) => String((await sent(`/persons/${person}/badges`, { badge })).id),
    async consent(person, purpose, decision) {
      const note = 'asked at the desk';
      if (decision === 'withdrawn') {
        await sent(`/persons/${person}/consents/withdraw`, { purpose, note });
        return;
      }
      const version = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.consentPurpose.aggregate({ where: { id: purpose }, _max: { version: true } }),
      );
      const noticeVersion = version._max.version;
      const given = { purpose, noticeVersion, decision, how: 'paper', note };
      await sent(`/persons/${person}/consents`, given);
    },
    async agree(person) {
      await world.consent(person, 'badge-tracking', 'given');
      await world.consent(person, 'video-identity', 'given');
    },
    async handleOf(badge) {
      const from = heard.length;
      // The reads of one badge are told apart by their place.
      const mark = Math.round(Math.random() * 30_000) / 1_000;
      const position = { type: 'Point' as const, coordinates: [mark, 1] as [number, number] };
      return until(async () => {
        await world.fix(badge, { position });
        return heard.slice(from).find(({ fix }) => fix.position[0] === mark)?.fix.handle;
      }, `the worker hears of ${badge}`);
    },
    async stop() {
      await plant.endAsync(true);
      await listener.endAsync(true);
      await worker.stop();
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
  return world;
}
