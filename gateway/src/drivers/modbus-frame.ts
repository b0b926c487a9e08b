/**
 * Frames of Modbus TCP (MODBUS Application Protocol Specification V1.1b3, MODBUS Messaging on TCP/IP
 * Implementation Guide V1.0b): coils and holding registers, read and written.
 */

const READ_COILS = 0x01;
const READ_REGISTERS = 0x03;
const WRITE_COIL = 0x05;
const WRITE_REGISTER = 0x06;
const EXCEPTION = 0x80;
const HEADER_BYTES = 7;
/** Of what follows the header. */
const MOST_BYTES = 254;

/** One thing that is asked of a device. Addresses are those of the protocol, from 0. */
export type ModbusRequest =
  | { readonly kind: 'read-coil' | 'read-register'; readonly address: number }
  | { readonly kind: 'write-coil'; readonly address: number; readonly value: boolean }
  | { readonly kind: 'write-register'; readonly address: number; readonly value: number };

const codes = {
  'read-coil': READ_COILS,
  'read-register': READ_REGISTERS,
  'write-coil': WRITE_COIL,
  'write-register': WRITE_REGISTER,
} as const;

const exceptions: Readonly<Record<number, string>> = {
  1: 'it does not know the function',
  2: 'it has no such address',
  3: 'it does not take the value',
  4: 'it has a fault',
  6: 'it is busy',
  11: 'the device behind it does not answer',
};

/** @param transaction 0 to 65535, by which the answer is known. */
export function encodeRequest(transaction: number, unit: number, request: ModbusRequest): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + 5);
  bytes.writeUInt16BE(transaction, 0);
  // 2: the protocol, 0 for Modbus.
  bytes.writeUInt16BE(6, 4);
  bytes.writeUInt8(unit, 6);
  bytes.writeUInt8(codes[request.kind], 7);
  bytes.writeUInt16BE(request.address, 8);
  bytes.writeUInt16BE(wireValue(request), 10);
  return bytes;
}

function wireValue(request: ModbusRequest): number {
  if (request.kind === 'write-coil') return request.value ? 0xff00 : 0;
  if (request.kind === 'write-register') return request.value;
  // How many are read.
  return 1;
}

/** What came from a device: a whole answer, a part of one, or something else. */
export type Decoded =
  | { readonly result: 'partial' }
  | { readonly result: 'damaged'; readonly why: string }
  | {
      readonly result: 'answer';
      readonly transaction: number;
      readonly unit: number;
      /** Without the header. */
      readonly body: Buffer;
      /** How many bytes it took. */
      readonly bytes: number;
    };

/** Reads the first answer of what has come so far. */
export function decodeAnswer(received: Buffer): Decoded {
  if (received.length < HEADER_BYTES + 1) return { result: 'partial' };
  const length = received.readUInt16BE(4);
  if (received.readUInt16BE(2) !== 0) return { result: 'damaged', why: 'it is no Modbus' };
  if (length < 2 || length > MOST_BYTES) {
    return { result: 'damaged', why: `a length of ${length} cannot be` };
  }
  const bytes = HEADER_BYTES - 1 + length;
  if (received.length < bytes) return { result: 'partial' };
  return {
    result: 'answer',
    transaction: received.readUInt16BE(0),
    unit: received.readUInt8(6),
    body: received.subarray(HEADER_BYTES, bytes),
    bytes,
  };
}

/**
 * What an answer says to a request.
 *
 * @returns the value that was read, or that the device says it has written; or why it refuses.
 */
export function readAnswer(
  request: ModbusRequest,
  body: Buffer,
): { value: number } | { refused: string } | { damaged: string } {
  const code = codes[request.kind];
  const got = body.readUInt8(0);
  if (got === (code | EXCEPTION) && body.length >= 2) {
    const number = body.readUInt8(1);
    return { refused: exceptions[number] ?? `it refuses with code ${number}` };
  }
  if (got !== code) return { damaged: `an answer of function ${got}` };
  if (request.kind === 'read-coil') {
    return body.length === 3 && body.readUInt8(1) === 1
      ? { value: body.readUInt8(2) & 1 }
      : { damaged: 'no coil in it' };
  }
  if (request.kind === 'read-register') {
    return body.length === 4 && body.readUInt8(1) === 2
      ? { value: body.readUInt16BE(2) }
      : { damaged: 'no register in it' };
  }
  if (body.length !== 5 || body.readUInt16BE(1) !== request.address) {
    return { damaged: 'another address' };
  }
  const value = body.readUInt16BE(3);
  if (value !== wireValue(request)) return { damaged: 'another value' };
  return { value: request.kind === 'write-coil' ? (value === 0 ? 0 : 1) : value };
}
