import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ModbusTCPServer } from 'jsmodbus';

/** A Modbus TCP server of the library jsmodbus, with what was written to it. */
export interface ModbusServer {
  readonly url: string;
  readonly port: number;
  coil(address: number): boolean;
  setCoil(address: number, value: boolean): void;
  register(address: number): number;
  setRegister(address: number, value: number): void;
  /** Every write of a coil or register in its order; times in ms since the epoch. */
  readonly writes: { of: 'coil' | 'register'; address: number; value: number; at: number }[];
  /** Reads nothing that comes, over connections that stay open, until it is released. */
  hold(): void;
  release(): void;
  /** Stops it with all its connections. */
  close(): Promise<void>;
}

/** @param port 0 for a free one. */
export async function startModbusServer(port = 0): Promise<ModbusServer> {
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    if (isHeld) socket.pause();
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const coils = Buffer.alloc(32);
  const holding = Buffer.alloc(256);
  const modbus = new ModbusTCPServer(server, { coils, holding });
  const writes: ModbusServer['writes'] = [];
  const note = (of: 'coil' | 'register') => (request: { body: object }) => {
    const { address, value } = request.body as { address: number; value: number };
    writes.push({ of, address, value: of === 'coil' ? Math.sign(value) : value, at: Date.now() });
  };
  modbus.on('postWriteSingleCoil', note('coil'));
  modbus.on('postWriteSingleRegister', note('register'));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.address() as AddressInfo).port;
  const bit = (address: number) => 1 << (address % 8);
  const byte = (address: number) => Math.floor(address / 8);
  return {
    url: `modbus://127.0.0.1:${taken}`,
    port: taken,
    coil: (address) => (coils.readUInt8(byte(address)) & bit(address)) !== 0,
    setCoil(address, value) {
      const before = coils.readUInt8(byte(address));
      coils.writeUInt8(value ? before | bit(address) : before & ~bit(address), byte(address));
    },
    register: (address) => holding.readUInt16BE(address * 2),
    setRegister: (address, value) => {
      holding.writeUInt16BE(value, address * 2);
    },
    writes,
    hold() {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    release() {
      isHeld = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
