import { DateTime } from 'luxon';

/** Time and place of a picture, as written by the camera. */
export interface PictureData {
  takenAt: Date | null;
  takenWhere: { latitude: number; longitude: number } | null;
}

/** The used tags of EXIF 3.0 (CIPA DC-008-2023). */
const TAG = {
  dateTime: 0x0132,
  exif: 0x8769,
  gps: 0x8825,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  latitudeRef: 1,
  latitude: 2,
  longitudeRef: 3,
  longitude: 4,
  gpsTime: 7,
  gpsDate: 29,
};
const TYPE_BYTES: Record<number, number> = { 2: 1, 3: 2, 4: 4, 5: 8 };
const MOST_ENTRIES = 512;

type Value = string | number[];
type Tags = Map<number, Value>;

/**
 * Reads time and place from the EXIF block of a picture. Missing, malformed or impossible values
 * are null; the data can be forged, so it is no proof.
 *
 * @param block from sharp: with or without the leading `Exif\0\0`.
 * @param zone time zone of a time without an offset.
 */
export function readExif(block: Buffer, zone: string): PictureData {
  try {
    const start = block.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? 6 : 0;
    const tiff = new Tiff(block.subarray(start));
    const first = tiff.directory(tiff.long(4));
    const exif = tiff.linked(first, TAG.exif);
    const gps = tiff.linked(first, TAG.gps);
    return { takenAt: timeOf(first, exif, gps, zone), takenWhere: placeOf(gps) };
  } catch {
    return { takenAt: null, takenWhere: null };
  }
}

class Tiff {
  readonly #bytes: Buffer;
  readonly #little: boolean;

  /** @throws where it is not a TIFF block. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const order = bytes.toString('latin1', 0, 2);
    this.#little = order === 'II';
    if ((!this.#little && order !== 'MM') || this.short(2) !== 42) throw new Error('no TIFF');
  }

  short(at: number): number {
    return this.#little ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at);
  }

  long(at: number): number {
    return this.#little ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  directory(at: number): Tags {
    const tags: Tags = new Map();
    const count = Math.min(this.short(at), MOST_ENTRIES);
    for (let entry = 0; entry < count; entry++) {
      const from = at + 2 + entry * 12;
      const value = this.#value(from);
      if (value !== null) tags.set(this.short(from), value);
    }
    return tags;
  }

  linked(tags: Tags, tag: number): Tags {
    const at = tags.get(tag);
    return Array.isArray(at) && at[0] !== undefined ? this.directory(at[0]) : new Map();
  }

  #value(entry: number): Value | null {
    const type = this.short(entry + 2);
    const count = this.long(entry + 4);
    const size = TYPE_BYTES[type];
    if (size === undefined || count > 256) return null;
    const at = size * count <= 4 ? entry + 8 : this.long(entry + 8);
    if (type === 2) return this.#bytes.toString('latin1', at, at + count).replace(/\0.*$/s, '');
    return Array.from({ length: count }, (_, index) => {
      const one = at + index * size;
      if (type === 3) return this.short(one);
      return type === 4 ? this.long(one) : this.long(one) / this.long(one + 4);
    });
  }
}

function timeOf(first: Tags, exif: Tags, gps: Tags, zone: string): Date | null {
  const written = exif.get(TAG.dateTimeOriginal) ?? first.get(TAG.dateTime);
  if (typeof written !== 'string') return null;
  const format = 'yyyy:MM:dd HH:mm:ss';
  const offset = exif.get(TAG.offsetTimeOriginal);
  if (typeof offset === 'string' && /^[+-]\d\d:\d\d$/.test(offset)) {
    return known(DateTime.fromFormat(`${written} ${offset}`, `${format} ZZ`));
  }
  // GPS time is UTC: the camera's clock differs from it by its offset, in quarters of hours.
  const local = DateTime.fromFormat(written, format, { zone: 'utc' });
  const satellite = satelliteTime(gps);
  if (satellite && local.isValid) {
    const quarters = Math.round(local.diff(satellite, 'minutes').minutes / 15);
    if (Math.abs(quarters) <= 14 * 4) return known(local.minus({ minutes: quarters * 15 }));
  }
  return known(DateTime.fromFormat(written, format, { zone }));
}

function known(time: DateTime): Date | null {
  return time.isValid && time.year >= 1990 && time.year < 2200 ? time.toJSDate() : null;
}

function satelliteTime(gps: Tags): DateTime | null {
  const date = gps.get(TAG.gpsDate);
  const time = gps.get(TAG.gpsTime);
  if (typeof date !== 'string' || !Array.isArray(time) || time.length !== 3) return null;
  const [hour = 0, minute = 0, second = 0] = time;
  const day = DateTime.fromFormat(date, 'yyyy:MM:dd', { zone: 'utc' });
  const at = day.plus({ seconds: hour * 3600 + minute * 60 + second });
  return at.isValid ? at : null;
}

function placeOf(gps: Tags): PictureData['takenWhere'] {
  const latitude = degrees(gps.get(TAG.latitude), gps.get(TAG.latitudeRef), 'S', 90);
  const longitude = degrees(gps.get(TAG.longitude), gps.get(TAG.longitudeRef), 'W', 180);
  // Zero and zero is written by cameras without a fix.
  if (latitude === null || longitude === null || (latitude === 0 && longitude === 0)) return null;
  return { latitude, longitude };
}

function degrees(
  value: Value | undefined,
  side: Value | undefined,
  negative: string,
  most: number,
): number | null {
  if (!Array.isArray(value) || value.length !== 3) return null;
  const [whole = 0, minutes = 0, seconds = 0] = value;
  const sum = whole + minutes / 60 + seconds / 3600;
  if (!Number.isFinite(sum) || sum > most) return null;
  const signed = typeof side === 'string' && side.startsWith(negative) ? -sum : sum;
  return Math.round(signed * 1e7) / 1e7;
}
