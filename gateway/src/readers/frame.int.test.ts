import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilities } from '../testing/llrp-reader.ts';
import { otherBytes, otherRead } from '../testing/llrpjs.ts';
import {
  createFramer,
  encodeMessage,
  FrameError,
  LONGEST,
  MESSAGE,
  parametersIn,
  tlv,
} from './frame.ts';
import {
  antennaFault,
  factsIn,
  getCapabilities,
  getSupportedVersion,
  setProtocolVersion,
  versionsIn,
} from './reader-facts.ts';
import { readsIn } from './reports.ts';
import * as request from './requests.ts';

const AT = 1_764_000_000_120_000;
const report = (reads: object[]) => otherBytes('RO_ACCESS_REPORT', 4, { TagReportData: reads });
const one = {
  EPC_96: { EPC: 'a00000000000000000001234' },
  ROSpecID: { ROSpecID: 1 },
  AntennaID: { AntennaID: 3 },
  PeakRSSI: { PeakRSSI: -42 },
  ChannelIndex: { ChannelIndex: 9 },
  FirstSeenTimestampUTC: { Microseconds: AT - 5_000_000 },
  LastSeenTimestampUTC: { Microseconds: AT },
  TagSeenCount: { TagCount: 2 },
};
const bodyOf = (bytes: Buffer) => createFramer()(bytes)[0]!.body;

describe('frames of LLRP, against llrpjs', () => {
  it('are read as that implementation writes them: reads with antenna, signal and time', () => {
    const short = {
      EPCData: { EPC: 'e28011' },
      AntennaID: { AntennaID: 1 },
      C1G2SingulationDetails: { NumCollisionSlots: 1, NumEmptySlots: 2 },
      LastSeenTimestampUptime: { Microseconds: 5_000_000 },
    };
    const [message] = createFramer()(report([one, short]));
    expect(message).toMatchObject({ type: MESSAGE.roAccessReport, id: 4 });
    expect(readsIn(message!.body)).toEqual([
      {
        epc: 'A00000000000000000001234',
        antenna: 3,
        rssi: -42,
        lastSeen: { clock: 'utc', micros: BigInt(AT) },
      },
      {
        epc: 'E28011',
        antenna: 1,
        rssi: null,
        lastSeen: { clock: 'uptime', micros: 5_000_000n },
      },
    ]);
  });

  it('are written so that it reads what was meant', () => {
    expect(otherRead(request.addRospec(5, [1, 4]))).toMatchObject({
      id: 5,
      type: 'ADD_ROSPEC',
      data: {
        ROSpec: {
          ROSpecID: 1,
          CurrentState: 'Disabled',
          ROBoundarySpec: {
            ROSpecStartTrigger: { ROSpecStartTriggerType: 'Null' },
            ROSpecStopTrigger: { ROSpecStopTriggerType: 'Null' },
          },
          AISpec: {
            AntennaIDs: [1, 4],
            InventoryParameterSpec: { ProtocolID: 'EPCGlobalClass1Gen2' },
          },
          ROReportSpec: {
            ROReportTrigger: 'Upon_N_Tags_Or_End_Of_AISpec',
            N: 1,
            TagReportContentSelector: {
              EnableAntennaID: 1,
              EnablePeakRSSI: 1,
              EnableFirstSeenTimestamp: 1,
              EnableLastSeenTimestamp: 1,
              EnableROSpecID: 0,
            },
          },
        },
      },
    });
    expect(otherRead(request.enableRospec(6))).toMatchObject({ type: 'ENABLE_ROSPEC' });
    expect(otherRead(request.startRospec(7))).toMatchObject({ data: { ROSpecID: 1 } });
    expect(otherRead(request.deleteRospecs(8))).toMatchObject({ data: { ROSpecID: 0 } });
    expect(otherRead(request.setKeepalive(9, 10_000))).toMatchObject({
      data: { KeepaliveSpec: { KeepaliveTriggerType: 'Periodic', PeriodicTriggerValue: 10_000 } },
    });
    expect(otherRead(request.keepaliveAck(10)).type).toBe('KEEPALIVE_ACK');
    expect(otherRead(request.closeConnection(11)).type).toBe('CLOSE_CONNECTION');
  });

  it('say whether a request or a connection is refused, and why', () => {
    const status = (StatusCode: string, ErrorDescription: string) =>
      bodyOf(
        otherBytes('ADD_ROSPEC_RESPONSE', 5, { LLRPStatus: { StatusCode, ErrorDescription } }),
      );
    expect(request.faultOf(status('M_Success', ''))).toBeNull();
    expect(request.faultOf(status('M_FieldError', 'no room'))).toBe('status 101: no room');
    const event = (Status: string) => ({
      ReaderEventNotificationData: {
        UTCTimestamp: { Microseconds: AT },
        ConnectionAttemptEvent: { Status },
      },
    });
    const said = (Status: string) =>
      request.connectionEvent(bodyOf(otherBytes('READER_EVENT_NOTIFICATION', 0, event(Status))));
    expect(said('Success')).toEqual({ opened: true });
    expect(said('Failed_A_Client_Initiated_Connection_Already_Exists')).toEqual({
      fault: 'another client is connected: a reader takes one connection',
    });
  });
});

/** What a reader on the wire sent and was sent, as the tests of llrp-rs (MIT, Michael Chesser, 2019) keep it. */
const recorded = {
  opened: '043f000000203afb30a700f600160080000c00058880119f8ead010000060000',
  read: '043d000000293afb30b600f0001f8d0b7f000000000000005102388100018 6bc8200058880194ba9d5',
  empty: '043d0000000a3afb30a8',
  added: '041e000000120000000f011f000800000000',
  refused:
    '04330000003f00000009011f0035006500254c4c5250205b3430395d203a202f2f41636365737353706563494420' +
    '3a20696e76616c69640120000800 01012c',
  enable: '04180000000e0000001100000001',
  close: '040e0000000a00000023',
};
const frameOf = (name: keyof typeof recorded) =>
  Buffer.from(recorded[name].replaceAll(' ', ''), 'hex');

describe('frames of LLRP, against what a reader sent', () => {
  it('are read: the event of a connection with its time, reads, an empty report, answers', () => {
    const [message, ...more] = createFramer()(
      Buffer.concat([frameOf('opened'), frameOf('empty'), frameOf('read')]),
    );
    expect(message).toMatchObject({ type: MESSAGE.readerEventNotification, id: 989_540_519 });
    expect(request.connectionEvent(message!.body)).toEqual({ opened: true });
    const micros = 1_557_458_516_414_125n;
    expect(request.eventTime(message!.body)).toEqual({ clock: 'utc', micros });
    expect(more.flatMap(({ body }) => readsIn(body))).toEqual([
      {
        epc: '0B7F00000000000000510238',
        antenna: 1,
        rssi: -68,
        // It gives the first time alone.
        lastSeen: { clock: 'utc', micros: 1_557_458_645_133_781n },
      },
    ]);
    expect(request.faultOf(bodyOf(frameOf('added')))).toBeNull();
    expect(request.faultOf(bodyOf(frameOf('refused')))).toBe(
      'status 101: LLRP [409] : //AccessSpecID : invalid',
    );
  });

  it('are written to the byte as they were sent to it', () => {
    expect(request.enableRospec(17)).toEqual(frameOf('enable'));
    expect(request.closeConnection(35)).toEqual(frameOf('close'));
  });
});

describe('what a reader is', () => {
  it('is asked and read as llrpjs has it: antennas, clock, firmware', () => {
    expect(otherRead(getCapabilities(3))).toMatchObject({
      type: 'GET_READER_CAPABILITIES',
      data: { RequestedData: 'General_Device_Capabilities' },
    });
    const facts = factsIn(bodyOf(otherBytes('GET_READER_CAPABILITIES_RESPONSE', 3, capabilities)));
    expect(facts).toEqual({
      antennas: 4,
      hasClock: true,
      manufacturer: 25_882,
      model: 2_001_002,
      firmware: '5.14.0.240',
    });
    expect(antennaFault(facts!, [1, 4])).toBeNull();
    expect(antennaFault(facts!, [1, 5])).toBe('the reader has 4 antennas, and 5 is configured');
  });

  it('has a version, asked and set by messages of 1.1: versions before the status', () => {
    expect(getSupportedVersion(1).toString('hex')).toBe('082e0000000a00000001');
    expect(setProtocolVersion(2, 2).toString('hex')).toBe('082f0000000b0000000202');
    const answer = Buffer.from('0838000000140000000101 02011f000800000000'.replace(' ', ''), 'hex');
    expect(versionsIn(bodyOf(answer))).toEqual({ current: 1, highest: 2 });
    expect(versionsIn(Buffer.alloc(1))).toBeNull();
  });
});

describe('malformed frames', () => {
  const whole = report([one, one]);

  it('come in pieces of any size, and give the same messages', () => {
    const twice = Buffer.concat([whole, otherBytes('KEEPALIVE', 9)]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const framer = createFramer();
        const found = [];
        for (let at = 0, n = 0; at < twice.length; n++) {
          const size = sizes[n % sizes.length] as number;
          found.push(...framer(twice.subarray(at, at + size)));
          at += size;
        }
        expect(found.map(({ type, id }) => [type, id])).toEqual([
          [MESSAGE.roAccessReport, 4],
          [MESSAGE.keepalive, 9],
        ]);
        expect(readsIn(found[0]!.body)).toHaveLength(2);
      }),
    );
  });

  it('that are cut off or whose lengths are lies are refused, and never read beyond their end', () => {
    const body = bodyOf(whole);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: body.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: body.length }),
        (at, value, length) => {
          const bent = Buffer.from(body.subarray(0, length));
          if (at < bent.length) bent.writeUInt8(value, at);
          try {
            for (const read of readsIn(bent)) expect(read.epc).toMatch(/^[0-9A-F]+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(FrameError);
          }
        },
      ),
    );
    const size = (length: number) => {
      const lying = Buffer.from(whole);
      lying.writeUInt32BE(length, 2);
      return () => createFramer()(lying);
    };
    expect(size(9)).toThrow(FrameError);
    expect(size(LONGEST + 1)).toThrow('bytes long');
    expect(() => createFramer()(Buffer.from('0c3e0000000a00000001', 'hex'))).toThrow(
      'version 3 is not known',
    );
  });

  it('keep what is known beside a parameter with a length that is not known', () => {
    const vendor = tlv(1023, Buffer.from('0000651a00000001', 'hex'));
    const [tag] = [...parametersIn(bodyOf(report([one])))];
    const body = Buffer.concat([vendor, tlv(240, tag!.value, vendor)]);
    expect(readsIn(body)).toHaveLength(1);
    expect(() => [...parametersIn(Buffer.from([0x80 | 99, 1]))]).toThrow('not known');
    const frame = encodeMessage({ type: 61, id: 1, body });
    expect(createFramer()(frame)).toHaveLength(1);
  });
});
