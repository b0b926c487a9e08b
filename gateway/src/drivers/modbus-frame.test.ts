import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnswer, encodeRequest, type ModbusRequest, readAnswer } from './modbus-frame.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('a frame of Modbus TCP', () => {
  it('asks as in the examples of the specification', () => {
    expect(encodeRequest(1, 17, { kind: 'write-coil', address: 0xac, value: true })).toEqual(
      bytes('0001 0000 0006 11 05 00ac ff00'),
    );
    expect(encodeRequest(2, 1, { kind: 'write-register', address: 1, value: 3 })).toEqual(
      bytes('0002 0000 0006 01 06 0001 0003'),
    );
    expect(encodeRequest(3, 1, { kind: 'read-register', address: 0x6b })).toEqual(
      bytes('0003 0000 0006 01 03 006b 0001'),
    );
    expect(encodeRequest(4, 1, { kind: 'read-coil', address: 19 })).toEqual(
      bytes('0004 0000 0006 01 01 0013 0001'),
    );
  });

  it('is read in whatever pieces it comes', () => {
    const answer = bytes('0003 0000 0005 01 03 02 022b');
    for (let length = 0; length < answer.length; length++) {
      expect(decodeAnswer(answer.subarray(0, length))).toEqual({ result: 'partial' });
    }
    const whole = decodeAnswer(Buffer.concat([answer, bytes('0004')]));
    expect(whole).toMatchObject({ result: 'answer', transaction: 3, unit: 1, bytes: 11 });
    const request = { kind: 'read-register', address: 1 } as const;
    if (whole.result === 'answer') expect(readAnswer(request, whole.body)).toEqual({ value: 555 });
  });

  it('says why a device refuses', () => {
    const request = { kind: 'write-coil', address: 9, value: true } as const;
    expect(readAnswer(request, bytes('85 02'))).toEqual({ refused: 'it has no such address' });
    expect(readAnswer(request, bytes('85 63'))).toEqual({ refused: 'it refuses with code 99' });
    // What was written must be what was asked for.
    expect(readAnswer(request, bytes('05 0009 ff00'))).toEqual({ value: 1 });
    expect(readAnswer(request, bytes('05 0009 0000'))).toEqual({ damaged: 'another value' });
    expect(readAnswer(request, bytes('05 0008 ff00'))).toEqual({ damaged: 'another address' });
    expect(readAnswer(request, bytes('01 01 01'))).toEqual({ damaged: 'an answer of function 1' });
  });

  it('of any bytes is an answer, a part of one or damaged, and throws nothing', () => {
    const kinds: ModbusRequest[] = [
      { kind: 'read-coil', address: 1 },
      { kind: 'read-register', address: 1 },
      { kind: 'write-coil', address: 1, value: true },
      { kind: 'write-register', address: 1, value: 7 },
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (received) => {
        const decoded = decodeAnswer(Buffer.from(received));
        if (decoded.result !== 'answer') return;
        expect(decoded.bytes).toBeLessThanOrEqual(received.length);
        for (const request of kinds) expect(readAnswer(request, decoded.body)).toBeTypeOf('object');
      }),
    );
  });
});
