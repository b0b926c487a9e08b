import { impinjEvent } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import {
  fromImpinj,
  fromTraccarJson,
  fromTraccarQuery,
  toInstant,
  traccarQuery,
} from './adapters.ts';

const now = new Date('2026-11-25T09:00:10.000Z');

describe('[POS-01] a read of an RFID reader (Impinj)', () => {
  const event = impinjEvent.parse({
    timestamp: '2026-11-25T09:00:00.123Z',
    hostname: 'impinj-14-46-36',
    eventType: 'tagInventory',
    tagInventoryEvent: {
      epcHex: 'a00000000000000000001234',
      antennaPort: 3,
      peakRssiCdbm: -4200,
      lastSeenTime: '2026-11-25T09:00:00.120Z',
    },
  });

  it('becomes a location of the antenna, whose place the plan knows', () => {
    expect(fromImpinj(event, 'impinj-14-46-36', now)).toEqual({
      position: { type: 'Point', coordinates: [0, 0] },
      source: 'impinj-14-46-36/antenna-3',
      provider_type: 'rfid',
      provider_id: 'A00000000000000000001234',
      trackables: [],
      timestamp_generated: '2026-11-25T09:00:00.120Z',
      crs: 'local',
    });
  });

  it('reads the badge in base64 too, and leaves out what is no read', () => {
    const epc = Buffer.from('a00000000000000000001234', 'hex').toString('base64');
    const read = { ...event, tagInventoryEvent: { antennaPort: 1, epc } };
    expect(fromImpinj(read, 'impinj-14-46-36', now)?.provider_id).toBe('A00000000000000000001234');
    expect(fromImpinj({ ...event, eventType: 'inventoryStatus' }, 'r', now)).toBeNull();
  });

  it('refuses a badge that is longer than any', () => {
    const epc = Buffer.alloc(66).toString('base64');
    const read = { ...event, tagInventoryEvent: { antennaPort: 1, epc } };
    expect(impinjEvent.safeParse(read).success).toBe(false);
  });
});

describe('[POS-01] a GPS fix (Traccar)', () => {
  it('becomes a location in degrees, longitude first', () => {
    const body = {
      device_id: 'forklift-4',
      location: {
        timestamp: '2026-11-25T09:00:00.000Z',
        coords: { latitude: 31.2304, longitude: 121.4737, accuracy: 6 },
      },
    };
    expect(fromTraccarJson(body, now)).toEqual({
      position: { type: 'Point', coordinates: [121.4737, 31.2304] },
      source: 'traccar',
      provider_type: 'gps',
      provider_id: 'forklift-4',
      trackables: [],
      timestamp_generated: '2026-11-25T09:00:00.000Z',
      crs: 'EPSG:4326',
      accuracy: 6,
    });
  });

  it('is read from a query as well, with seconds since 1970 and dilution of precision', () => {
    const query = traccarQuery.parse({
      id: 'forklift-4',
      lat: '31.2304',
      lon: '121.4737',
      timestamp: '1795597200',
      hdop: '1.2',
      altitude: '4',
    });
    expect(fromTraccarQuery(query, now)).toMatchObject({
      position: { coordinates: [121.4737, 31.2304, 4] },
      timestamp_generated: '2026-11-25T09:00:00.000Z',
      accuracy: 6,
    });
  });

  it('is none where the device has none', () => {
    expect(traccarQuery.safeParse({ id: 'forklift-4', lat: '', lon: '' }).success).toBe(false);
  });

  it.each([
    ['1795597200000', '2026-11-25T09:00:00.000Z'],
    [1_795_597_200, '2026-11-25T09:00:00.000Z'],
    ['2026-11-25T17:00:00+08:00', '2026-11-25T09:00:00.000Z'],
    ['yesterday', now.toISOString()],
    ['+020260-11-25T09:00:00.000Z', now.toISOString()],
    [8_640_000_000_000_000, now.toISOString()],
    [undefined, now.toISOString()],
  ])('reads the time %s', (value, expected) => {
    expect(toInstant(value, now)).toBe(expected);
  });
});
