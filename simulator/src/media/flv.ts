import { splitLengthPrefixed } from './nal.ts';

/** An FLV file's own header, and the size field that follows it and each tag. */
const FILE_HEADER = 9;
const TAG_HEADER = 11;
const SIZE_FIELD = 4;
const VIDEO_TAG = 9;
/** Frame type and codec, packet type, and three bytes of composition time. */
const VIDEO_HEADER = 5;
const CONFIGURATION = 0;
const PICTURE = 1;

export type FlvItem =
  | { kind: 'parameter-sets'; sets: Buffer[] }
  | { kind: 'picture'; key: boolean; parts: Buffer[] };

/**
 * Extracts H264 from a live FLV stream (Adobe Flash Video 10.1, annex E). FLV prefixes each picture
 * with its size, so a picture is complete at once; in a raw H264 stream its end is known only when
 * the next picture starts.
 */
export class FlvReader {
  #pending: Buffer = Buffer.alloc(0);
  #headerRead = false;

  /** Feeds bytes. @returns the pictures that they complete. */
  push(bytes: Buffer): FlvItem[] {
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes;
    const items: FlvItem[] = [];
    if (!this.#headerRead) {
      if (this.#pending.length < FILE_HEADER + SIZE_FIELD) return items;
      this.#pending = this.#pending.subarray(FILE_HEADER + SIZE_FIELD);
      this.#headerRead = true;
    }
    while (this.#pending.length >= TAG_HEADER) {
      const end = TAG_HEADER + this.#pending.readUIntBE(1, 3);
      if (this.#pending.length < end + SIZE_FIELD) break;
      if (this.#pending[0] === VIDEO_TAG) {
        const item = readVideo(this.#pending.subarray(TAG_HEADER, end));
        if (item) items.push(item);
      }
      this.#pending = this.#pending.subarray(end + SIZE_FIELD);
    }
    return items;
  }
}

function readVideo(tag: Buffer): FlvItem | null {
  if (tag.length < VIDEO_HEADER) return null;
  const data = tag.subarray(VIDEO_HEADER);
  if (tag[1] === CONFIGURATION) return { kind: 'parameter-sets', sets: readConfiguration(data) };
  if (tag[1] !== PICTURE) return null;
  return { kind: 'picture', key: tag.readUInt8(0) >> 4 === 1, parts: splitLengthPrefixed(data) };
}

/** The SPS and PPS of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3.1). */
function readConfiguration(record: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 5;
  for (const countMask of [0x1f, 0xff]) {
    const count = record.readUInt8(at) & countMask;
    at += 1;
    for (let i = 0; i < count; i++) {
      const length = record.readUInt16BE(at);
      sets.push(record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}
