import WebSocket from 'ws';
import type { RunningApi } from './site.ts';
import { until } from './site.ts';

/** A browser's live connection: what it heard of some topics. */
export interface LiveListener {
  heard: Record<string, unknown>[];
  /** The answers to topics that it may not have. */
  refused: () => { code: string; message: string }[];
  /** Whether anything that it heard has this text. */
  knows(text: string): boolean;
  close(): void;
}

/** Connects as a user and subscribes; resolves once the API has answered for all topics. */
export async function listenLive(
  api: RunningApi,
  username: string,
  topics: readonly string[],
): Promise<LiveListener> {
  const { authorization } = await api.signIn(username);
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/live-events`);
  const heard: Record<string, unknown>[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'auth', token: authorization.replace('Bearer ', '') }));
    socket.send(JSON.stringify({ type: 'subscribe', topics }));
    // Its refusal shows that what was asked for before is answered.
    socket.send(JSON.stringify({ type: 'subscribe', topics: ['no-such-topic'] }));
  });
  const isLast = ({ message }: Record<string, unknown>) =>
    String(message ?? '').includes('no-such-topic');
  await until(() => heard.some(isLast), `${username} listens`);
  return {
    heard,
    refused: () =>
      heard
        .filter((one) => one.type === 'error' && !isLast(one))
        .map(({ code, message }) => ({ code: String(code), message: String(message) })),
    knows: (text) => heard.some((one) => JSON.stringify(one).includes(text)),
    close: () => socket.close(),
  };
}
