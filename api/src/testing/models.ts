import { createHash } from 'node:crypto';
import {
  type Acknowledgement,
  type AnnouncedModel,
  type ModelsLoaded,
  topics,
} from '@anshi/contracts';
import { ulid } from 'ulid';
import { type Site, until } from './site.ts';
import { connectWorker, signed } from './worker.ts';

/** A model as a worker announces it, with arbitrary weights. */
export function testModel(version: string, changes: Partial<AnnouncedModel> = {}): AnnouncedModel {
  return {
    name: 'ppe',
    version,
    task: 'ppe-detection',
    weightsSha256: createHash('sha256').update(`weights of ${version}`).digest('hex'),
    description: 'People and their protective equipment',
    classes: ['person', 'helmet', 'head', 'vest', 'no_vest'],
    licence: 'Apache-2.0',
    thresholds: { helmet: { keep: 0.1, trust: 0.3 } },
    dataSets: [{ name: 'css', source: 'somewhere', licence: 'CC BY 4.0' }],
    recipe: 'one seed',
    figures: [{ set: 'css/val', conditions: 'AP at IoU 0.5', map50: 0.71 }],
    limits: ['not at night'],
    ...changes,
  };
}

export function loadedEvent(
  worker: string,
  since: string,
  models: AnnouncedModel[],
  cameras: string[],
): ModelsLoaded {
  return {
    specversion: '1.0',
    id: ulid(),
    source: `/vision/${worker}`,
    type: 'cn.anshi.models.loaded.v1',
    time: since,
    subject: worker,
    datacontenttype: 'application/json',
    data: {
      worker,
      since,
      models,
      cameras: cameras.map((camera) => ({ camera, models: models.map(({ name }) => name) })),
    },
  };
}

/** The worker's side of model announcements, on the bus. */
export async function openAnnouncer(site: Site, worker: string) {
  const { client, leave } = connectWorker(site, worker);
  const heard: Acknowledgement[] = [];
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(topics.acknowledgements('demo', worker), { qos: 1 });
  return {
    /** Publishes and waits for the API's acknowledgement. */
    async tell(event: { id: string }): Promise<Acknowledgement> {
      const words = () => heard.filter(({ id }) => id === event.id);
      const before = words().length;
      const topic = topics.modelEvents('demo', worker);
      await client.publishAsync(topic, signed(worker, topic, event), { qos: 1 });
      return until(() => words()[before], `the word on ${event.id}`);
    },
    stop: leave,
  };
}
