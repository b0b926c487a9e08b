import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { topics } from '../bus/topics.ts';
import type { Channel, Participant } from './channel.ts';
import { channels } from './channels.ts';
import { describeBus } from './document.ts';

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '../../..');
const document = describeBus('1.2.3');

/** Every `$ref` in a part. */
function references(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(references);
  if (part === null || typeof part !== 'object') return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : references(value),
  );
}

/** Paths of the fields in a JSON schema that have no description. */
function unexplained(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((one, n) => unexplained(one, `${path}[${n}]`));
  if (schema === null || typeof schema !== 'object') return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key !== 'properties') return unexplained(value, path);
    return Object.entries(value as Record<string, { description?: string }>).flatMap(
      ([name, field]) => [
        ...(field.description ? [] : [`${path}.${name}`]),
        ...unexplained(field, `${path}.${name}`),
      ],
    );
  });
}

/** The topics built by a room's code; tests and test helpers excluded. */
function topicsIn(room: string): Set<string> {
  const folder = join(root, room, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|generated)\//.test(name),
  );
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const used = [...text.matchAll(/\btopics\.(\w+)\(/g)].map(([, topic]) => topic ?? '');
  // Other strings are called topics too, such as those of live events.
  return new Set(used.filter((name) => Object.hasOwn(topics, name)));
}

describe('[INT-04] the description of the bus', () => {
  it('is valid by the JSON schema of AsyncAPI 3.0', () => {
    const source = require.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
    const schema = JSON.parse(readFileSync(source, 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
    const validate = ajv.compile(schema);
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5), null, 2)).toBe(true);
    expect(validate({ ...document, channels: { x: { address: 5 } } })).toBe(false);
  });

  it('has every topic of the contracts, at its address', () => {
    expect(Object.keys(document.channels).sort()).toEqual(Object.keys(topics).sort());
    for (const [key, topic] of Object.entries(topics)) {
      const channel = document.channels[key];
      const [, ...parameters] = Object.keys(channel?.parameters ?? {});
      const named = parameters.map((one) => `{${one}}`);
      expect(channel?.address).toBe(
        (topic as (...names: string[]) => string)('{tenant}', ...named),
      );
      expect(Object.keys(channel?.messages ?? {})).not.toEqual([]);
    }
  });

  it('has no dangling references', () => {
    for (const reference of references(document)) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], document);
      expect(found, reference).toBeDefined();
    }
  });

  it('names publishers and subscribers as in the code', () => {
    const named = (who: Participant) =>
      Object.entries<Channel>(channels)
        .filter(([, { publishers, subscribers }]) => [...publishers, ...subscribers].includes(who))
        .map(([key]) => key)
        .sort();
    expect([...topicsIn('vision')].sort()).toEqual(named('worker'));
    expect([...topicsIn('api')].sort()).toEqual(named('api'));
    // The simulator plays the devices and readers of a plant.
    const ofGateways = new Set([...topicsIn('simulator'), ...topicsIn('gateway')]);
    expect([...ofGateways].sort()).toEqual(named('gateway'));
    for (const [key, { publishers, subscribers }] of Object.entries(channels)) {
      expect(publishers.length, key).toBeGreaterThan(0);
      expect(subscribers.length, key).toBeGreaterThan(0);
    }
    expect(
      Object.values(document.operations).filter(({ action }) => action === 'send'),
    ).toHaveLength(Object.values(channels).flatMap(({ publishers }) => publishers).length);
  });

  it('has a description for every field', () => {
    const messages = Object.entries(document.components.messages);
    expect(messages.length).toBeGreaterThanOrEqual(Object.keys(topics).length);
    expect(messages.flatMap(([name, { payload }]) => unexplained(payload, name))).toEqual([]);
    for (const [name, { summary }] of messages) expect(summary, name).not.toBe('');
  });
});
