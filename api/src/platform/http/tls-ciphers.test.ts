import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls';
import { readServerTls } from '@anshi/contracts/tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'anshi-ciphers-'));
const [cert, key] = [join(folder, 'cert'), join(folder, 'key')];
let server: Server;
let ca: string;

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  writeFileSync(cert, pems.cert);
  writeFileSync(key, pems.private);
  ca = pems.cert;
  const names = { cert: 'CERT', key: 'KEY', clientCa: 'CA' };
  const tls = readServerTls({ CERT: cert, KEY: key }, names);
  server = createServer(tls ?? {}, (socket) => socket.end()).on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

async function shake(options: ConnectionOptions): Promise<string | undefined> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', ca, ...options });
  await once(socket, 'secureConnect');
  const { name } = socket.getCipher();
  socket.destroy();
  return name;
}

it.each([
  'AES256-GCM-SHA384',
  'AES128-SHA256',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES128-SHA',
  'DHE-RSA-AES128-GCM-SHA256',
])(
  '%s, without forward secrecy or authentication or by weak parameters, is refused',
  async (name) => {
    await expect(shake({ maxVersion: 'TLSv1.2', ciphers: name })).rejects.toThrow(
      /handshake failure/,
    );
  },
);

it('the strongest that both know is taken', async () => {
  expect(await shake({})).toBe('TLS_AES_256_GCM_SHA384');
  const old = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA' } as const;
  expect(await shake(old)).toBe('ECDHE-RSA-AES128-GCM-SHA256');
});
