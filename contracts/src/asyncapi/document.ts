import { z } from 'zod';
import { topics } from '../bus/topics.ts';
import { type BusMessage, type Channel, type Participant, participants } from './channel.ts';
import { channels } from './channels.ts';

/**
 * The AsyncAPI 3.0 document of the bus
 * (https://www.asyncapi.com/docs/reference/specification/v3.0.0).
 */
export interface AsyncApiDocument {
  asyncapi: '3.0.0';
  info: Record<string, unknown>;
  servers: Record<string, unknown>;
  channels: Record<string, AsyncApiChannel>;
  operations: Record<string, AsyncApiOperation>;
  components: { messages: Record<string, AsyncApiMessage> } & Record<string, unknown>;
}
export interface AsyncApiChannel {
  title: string;
  address: string;
  summary: string;
  parameters: Record<string, { description: string }>;
  messages: Record<string, { $ref: string }>;
}
export interface AsyncApiOperation {
  action: 'send' | 'receive';
  title: string;
  summary: string;
  channel: { $ref: string };
  tags: { name: Participant; description: string }[];
  bindings: { mqtt: { qos: 0 | 1; retain?: boolean; bindingVersion: string } };
}
export interface AsyncApiMessage {
  name: string;
  summary: string;
  contentType: string;
  payload: Record<string, unknown>;
}

const DESCRIPTION = `Everything of a tenant is under \`anshi/v1/<tenant>/\`. Facts are CloudEvents 1.0 in
structured JSON: one with the same \`source\` and \`id\` may come again and is the same. The topics of
workers are for workers alone; an integrator reads records, health and observations. Each reader, tracker
and machine has an account of its own, which may write its own topic and no other.`;

/**
 * Describes every topic, generated from the zod schemas that validate messages.
 *
 * @param version of the product.
 */
export function describeBus(version: string): AsyncApiDocument {
  const all = Object.entries(channels) as [keyof typeof topics, Channel][];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Anshi bus',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: {
      broker: {
        host: '{host}:{port}',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: 'The MQTT broker of the plant. `mqtts` where TLS is set up.',
        variables: {
          host: { default: '127.0.0.1', description: 'Where the broker is.' },
          port: { default: '1883', description: 'Its port; 8883 with TLS.' },
        },
        security: [{ $ref: '#/components/securitySchemes/account' }],
      },
    },
    channels: Object.fromEntries(all.map(([key, channel]) => [key, describeChannel(key, channel)])),
    operations: Object.fromEntries(all.flatMap(([key, channel]) => operationsOf(key, channel))),
    components: {
      securitySchemes: {
        account: { type: 'userPassword', description: 'An account of the broker.' },
      },
      messages: Object.fromEntries(
        all.flatMap(([, { messages }]) => messages.map((one) => [one.name, describeMessage(one)])),
      ),
    },
  };
}

function describeChannel(key: keyof typeof topics, channel: Channel): AsyncApiChannel {
  const names = channel.parameters.map(({ name }) => `{${name}}`);
  const address = topics[key] as (tenant: string, ...names: string[]) => string;
  return {
    title: channel.title,
    address: address('{tenant}', ...names),
    summary: channel.summary,
    parameters: {
      tenant: { description: 'Id of the tenant (ANSHI_TENANT).' },
      ...Object.fromEntries(
        channel.parameters.map(({ name, description }) => [name, { description }]),
      ),
    },
    messages: Object.fromEntries(
      channel.messages.map((one) => [one.name, { $ref: `#/components/messages/${one.name}` }]),
    ),
  };
}

function operationsOf(
  key: keyof typeof topics,
  channel: Channel,
): [id: string, AsyncApiOperation][] {
  const of = (action: 'send' | 'receive') => (who: Participant) => {
    const topic = `${key[0]?.toUpperCase()}${key.slice(1)}`;
    const mqtt = { qos: channel.qos, bindingVersion: '0.2.0' };
    return [
      `${who}${action === 'send' ? 'Publishes' : 'Receives'}${topic}`,
      {
        action,
        title: `${who} ${action === 'send' ? 'publishes' : 'receives'}: ${channel.title}`,
        summary: channel.summary,
        channel: { $ref: `#/channels/${key}` },
        tags: [{ name: who, description: participants[who] }],
        bindings: { mqtt: action === 'send' ? { ...mqtt, retain: channel.retained } : mqtt },
      },
    ] as [string, AsyncApiOperation];
  };
  return [...channel.publishers.map(of('send')), ...channel.subscribers.map(of('receive'))];
}

function describeMessage({ name, summary, payload }: BusMessage): AsyncApiMessage {
  const schema = z.toJSONSchema(payload, { target: 'draft-7', io: 'input', reused: 'inline' });
  // Without `$schema`: AsyncAPI's own dialect is the default, and another would need a parser for
  // it.
  const { $schema: _dialect, ...described } = schema;
  return { name, summary, contentType: 'application/json', payload: described };
}
