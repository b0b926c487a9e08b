const RTP_HEADER = 12;
/** Types of NAL units of H.264 (table 7-1) and of RFC 6184. */
const IDR = 5;
const PARAMETERS = 7;
const AGGREGATION = 24;
const FRAGMENT = 28;

/** Whether a payload has the beginning of a key frame: by RFC 6184 for H.264, by RFC 7798 for H.265. */
export function beginsKeyFrame(payload: Buffer, codec: string | null): boolean {
  if (payload.length < 3) return false;
  if (codec === 'h264') return h264TypesIn(payload).includes(IDR);
  if (codec !== 'hevc') return false;
  const type = (payload[0]! >> 1) & 0x3f;
  if (type === 48) return parts(payload, 2).some((one) => isIrap((one >> 1) & 0x3f));
  if (type === 49) return (payload[2]! & 0x80) !== 0 && isIrap(payload[2]! & 0x3f);
  return isIrap(type);
}

/**
 * Whether a viewer of H.264 can begin with this packet: it has the parameter sets, which the capture
 * command puts before each key frame, or the beginning of one.
 */
export function canBeginWith(packet: Buffer): boolean {
  if (packet.length < RTP_HEADER + 3) return false;
  return h264TypesIn(packet.subarray(RTP_HEADER)).some(
    (type) => type === IDR || type === PARAMETERS,
  );
}

/** The NAL units of H.264 that begin in a payload. */
function h264TypesIn(payload: Buffer): number[] {
  const type = payload[0]! & 0x1f;
  if (type === AGGREGATION) return parts(payload, 1).map((one) => one & 0x1f);
  if (type === FRAGMENT) return (payload[1]! & 0x80) === 0 ? [] : [payload[1]! & 0x1f];
  return [type];
}

const isIrap = (type: number): boolean => type >= 16 && type <= 21;

/** The first byte of each unit in an aggregation packet. */
function parts(payload: Buffer, from: number): number[] {
  const found: number[] = [];
  for (let at = from; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) {
    found.push(payload[at + 2]!);
  }
  return found;
}
