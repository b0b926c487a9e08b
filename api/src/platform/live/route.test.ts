import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { App } from '../http/app-types.ts';
import { answerProblems } from '../http/problems.ts';
import { serveLiveEvents } from './route.ts';

it('a page of another site opens no live connection; a page of this site and a program do', async () => {
  const app = fastify({ forceCloseConnections: true }) as unknown as App;
  answerProblems(app);
  await app.register(websocket);
  let accepted = 0;
  serveLiveEvents(app, {
    accept: (socket) => {
      accepted += 1;
      socket.close();
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const host = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const open = (headers: Record<string, string>) =>
    new WebSocket(`ws://${host}/api/v1/live-events`, { headers });

  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://${host}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const [error] = await once(open(headers), 'error').then(
      (event) => event as [Error],
      (thrown: Error) => [thrown] as [Error],
    );
    expect([headers, error.message]).toEqual([headers, expect.stringContaining('403')]);
  }
  expect(accepted).toBe(0);
  await once(open({ origin: `http://${host}` }), 'close');
  await once(open({}), 'close');
  expect(accepted).toBe(2);
  await app.close();
});
