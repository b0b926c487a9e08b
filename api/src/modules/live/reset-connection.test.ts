import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { expect, it, onTestFinished } from 'vitest';
import { resetConnection } from './reset-connection.ts';

/** The peer's own buffer holds a part of it. */
const MOST_READ = 1024 * 1024;

it.each(['tcp', 'tls'])(
  'a peer that does not read gets next to nothing after it, by %s',
  async (by) => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const server = by === 'tls' ? createTlsServer({ cert, key }) : createServer();
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const accepted = once(server, by === 'tls' ? 'secureConnection' : 'connection');
    const { port } = server.address() as AddressInfo;
    const address = { port, host: '127.0.0.1' };
    const peer =
      by === 'tls' ? connectTls({ ...address, rejectUnauthorized: false }) : connect(address);
    const opened = once(peer, by === 'tls' ? 'secureConnect' : 'connect');
    const [socket] = (await accepted) as [Socket];
    await opened;
    peer.pause();
    let written = 0;
    const write = () => {
      socket.write(Buffer.alloc(65_536), (error) => {
        written += 65_536;
        if (!error) write();
      });
    };
    write();
    // Until the kernel takes no more.
    for (let before = -1; before !== written || written === 0; ) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeGreaterThan(MOST_READ);
    resetConnection(socket);
    let bytes = 0;
    let code: string | undefined;
    peer.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code;
    });
    peer.on('data', (chunk) => {
      bytes += chunk.length;
    });
    const closed = new Promise((resolve) => peer.on('close', resolve));
    peer.resume();
    await closed;
    expect(code).toBe('ECONNRESET');
    expect(bytes).toBeLessThan(MOST_READ);
  },
);
