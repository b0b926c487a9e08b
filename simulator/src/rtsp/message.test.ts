import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatResponse, RtspReader, RtspSyntaxError } from './message.ts';

const describeRequest =
  'DESCRIBE rtsp://h/cam RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n';
const parameterRequest =
  'SET_PARAMETER rtsp://h/cam RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 5\r\n\r\nhello';
const receiverReport = Buffer.concat([Buffer.from([0x24, 1, 0, 4]), Buffer.from('\r\n\r\n')]);
const conversation = Buffer.concat([
  Buffer.from(describeRequest),
  receiverReport,
  Buffer.from(parameterRequest),
  receiverReport,
]);

const readAll = (chunks: Buffer[]) => {
  const reader = new RtspReader();
  return chunks.flatMap((chunk) => reader.push(chunk));
};

describe('RtspReader', () => {
  it('reads requests, their bodies and the packets between them', () => {
    const inputs = readAll([conversation]);
    expect(inputs.map((input) => input.kind)).toEqual([
      'request',
      'interleaved',
      'request',
      'interleaved',
    ]);
    expect(inputs[0]).toMatchObject({ request: { method: 'DESCRIBE', url: 'rtsp://h/cam' } });
    expect(inputs[1]).toMatchObject({ channel: 1, data: Buffer.from('\r\n\r\n') });
    expect(inputs[2]).toMatchObject({ request: { body: Buffer.from('hello') } });
  });

  it('does not depend on TCP segmentation', () => {
    const whole = readAll([conversation]);
    const cuts = fc.array(fc.integer({ min: 0, max: conversation.length }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const edges = [0, ...places.sort((a, b) => a - b), conversation.length];
        const chunks = edges.slice(1).map((to, i) => conversation.subarray(edges[i], to));
        expect(readAll(chunks)).toEqual(whole);
      }),
    );
  });

  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01'],
    ['a header without a name', 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nnonsense\r\n\r\n'],
    ['a body of unknown length', 'OPTIONS * RTSP/1.0\r\nContent-Length: many\r\n\r\n'],
    ['a body that is too long', 'OPTIONS * RTSP/1.0\r\nContent-Length: 999999\r\n\r\n'],
    ['endless headers', `OPTIONS * RTSP/1.0\r\n${'X: y\r\n'.repeat(4000)}`],
    ['an endless first line', `OPTIONS ${'x'.repeat(20_000)}`],
  ])('refuses %s', (_, text) => {
    expect(() => readAll([Buffer.from(text, 'latin1')])).toThrow(RtspSyntaxError);
  });

  it('throws only its own error for any input', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
        try {
          readAll(chunks.map((chunk) => Buffer.from(chunk)));
        } catch (error) {
          expect(error).toBeInstanceOf(RtspSyntaxError);
        }
      }),
    );
  });
});

it('formatResponse repeats the sequence number and counts the body in bytes', () => {
  const text = formatResponse('9', { status: 200, headers: { A: ['1', '2'] }, body: 'é' });
  expect(text).toBe('RTSP/1.0 200 OK\r\nCSeq: 9\r\nA: 1\r\nA: 2\r\nContent-Length: 2\r\n\r\né');
});
