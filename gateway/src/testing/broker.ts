import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A real MQTT broker in this process. */
export interface TestBroker {
  readonly url: string;
  readonly port: number;
  /** Stops it with all its connections, as a restart does. */
  close(): Promise<void>;
}

export async function startBroker(port = 0): Promise<TestBroker> {
  const aedes = await Aedes.createBroker();
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
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
