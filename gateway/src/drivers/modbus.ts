import type { Outputs } from '@anshi/contracts';
import type { ModbusConfig } from '../config.ts';
import { type Driver, fromWire, toWire } from './driver.ts';
import { ModbusClient } from './modbus-client.ts';

/** Outputs at coils and holding registers of a Modbus TCP server, read back from there. */
export function openModbus({ url, unit, timeoutMs, outputs }: ModbusConfig): Driver {
  const { hostname, port } = new URL(url);
  const client = new ModbusClient({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 502 : Number(port),
    unit,
    timeoutMs,
  });
  return {
    async write(wanted: Outputs): Promise<void> {
      for (const [name, value] of Object.entries(wanted)) {
        const point = outputs[name];
        if (!point) continue;
        const wire = Number(toWire(name, value, point.values));
        await client.request(
          point.coil === undefined
            ? { kind: 'write-register', address: point.register as number, value: wire }
            : { kind: 'write-coil', address: point.coil, value: wire !== 0 },
        );
      }
    },
    async read(): Promise<Outputs> {
      const read: Outputs = {};
      for (const [name, point] of Object.entries(outputs)) {
        const raw = await client.request(
          point.coil === undefined
            ? { kind: 'read-register', address: point.register as number }
            : { kind: 'read-coil', address: point.coil },
        );
        read[name] = fromWire(raw, point.values);
      }
      return read;
    },
    async close() {
      client.close();
    },
  };
}
