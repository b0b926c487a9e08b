import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A real MQTT broker in this process. */
export interface TestBroker {
  readonly url: string;
  readonly port: number;
  /** Whether a client has subscribed to exactly this topic since the start. */
  wasSubscribed(topic: string): boolean;
  /** Stops it with all its connections, as a restart does. */
  close(): Promise<void>;
}

export async function startBroker(port = 0): Promise<TestBroker> {
  const aedes = await Aedes.createBroker();
  const subscribed = new Set<string>();
  aedes.on('subscribe', (subscriptions) => {
    for (const { topic } of subscriptions) subscribed.add(topic);
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.address() as { port: number }).port;
  return {
    url: `mqtt://127.0.0.1:${taken}`,
    port: taken,
    wasSubscribed: (topic) => subscribed.has(topic),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
