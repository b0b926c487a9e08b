import { fetchRaw } from '$lib/api/client.ts';

/** The used part of the AsyncAPI document. */
interface AsyncApi {
  channels: Record<string, { address: string }>;
  operations: Record<
    string,
    {
      action: 'send' | 'receive';
      channel: { $ref: string };
      tags: { name: string }[];
      bindings: { mqtt: { qos: number; retain?: boolean } };
    }
  >;
}

/** A topic of the bus with its participants. */
export interface Topic {
  key: string;
  address: string;
  qos: number;
  retained: boolean;
  publishers: string[];
  subscribers: string[];
}

/** The topics of the bus, from the API. @throws ApiError */
export async function listTopics(): Promise<Topic[]> {
  const answer = await fetchRaw('/api/asyncapi.json');
  return topicsOf((await answer.json()) as AsyncApi);
}

export function topicsOf({ channels, operations }: AsyncApi): Topic[] {
  return Object.entries(channels).map(([key, { address }]) => {
    const own = Object.values(operations).filter(
      ({ channel }) => channel.$ref === `#/channels/${key}`,
    );
    const of = (action: 'send' | 'receive') =>
      own
        .filter((one) => one.action === action)
        .flatMap(({ tags }) => tags.map(({ name }) => name));
    return {
      key,
      address,
      qos: own[0]?.bindings.mqtt.qos ?? 0,
      retained: own.some(({ bindings }) => bindings.mqtt.retain === true),
      publishers: of('send'),
      subscribers: of('receive'),
    };
  });
}
