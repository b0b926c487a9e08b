import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts } from './ports.ts';

it('free ports are different, can be listened on, and no outgoing connection gets one', async () => {
  const ports = await freePorts(40);
  expect(new Set(ports).size).toBe(40);
  const range = '/proc/sys/net/ipv4/ip_local_port_range';
  const first = process.platform === 'linux' ? Number.parseInt(readFileSync(range, 'utf8'), 10) : 0;
  // A machine whose range begins lower has no ports that are kept free of connections.
  if (first >= 32_768) expect(Math.max(...ports)).toBeLessThan(first);
  for (const port of ports.slice(0, 5)) {
    const server = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
    server.close();
  }
});
