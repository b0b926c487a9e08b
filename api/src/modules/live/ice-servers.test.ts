import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { readTurn, turnSchema } from '../../platform/turn-settings.ts';
import { iceServers } from './ice-servers.ts';

const secret = 'a-secret-of-a-turn-server';
const urls = [
  'stun:turn.example',
  'turn:turn.example:3478',
  'turns:turn.example:443?transport=tcp',
];
const now = 1_800_000_000_500;

it('gives each view a credential of its own that ends within ten minutes and names no account', () => {
  const [stun, turn] = iceServers({ urls, secret }, now).iceServers;
  expect(stun).toEqual({ urls: ['stun:turn.example'] });
  expect(turn?.urls).toEqual(urls.slice(1));
  expect(turn?.username).toMatch(/^1800000600:[\w-]{12}$/);
  expect(turn?.credential).toBe(
    createHmac('sha1', secret)
      .update(turn?.username ?? '')
      .digest('base64'),
  );
  expect(iceServers({ urls, secret }, now).iceServers[1]?.username).not.toBe(turn?.username);
});

it('is empty without servers, and without a relay where there are STUN servers alone', () => {
  expect(iceServers(null, now).iceServers).toEqual([]);
  expect(iceServers({ urls: ['stun:turn.example'], secret: null }, now).iceServers).toEqual([
    { urls: ['stun:turn.example'] },
  ]);
});

it('is refused by the settings where an address is none, or a TURN server has no secret', () => {
  const parse = (text: string) => turnSchema.ANSHI_TURN_URLS.parse(text);
  expect(parse(urls.join(', '))).toEqual(urls);
  for (const text of ['http://turn.example', 'turn:user@host', 'turn:host?transport=sctp']) {
    expect(() => parse(text), text).toThrow(/must be addresses/);
  }
  expect(() => readTurn({ ANSHI_TURN_URLS: parse('turn:turn.example') })).toThrow(
    /ANSHI_TURN_SECRET: must be set/,
  );
  expect(readTurn({ ANSHI_TURN_URLS: [], ANSHI_TURN_SECRET: secret })).toBeNull();
  expect(readTurn({ ANSHI_TURN_URLS: [] })).toBeNull();
});
