import { z } from 'zod';
import { isDispensable, isKeyNal, isParameterSet, splitAnnexB } from './nal.ts';
import { run } from './run.ts';
import type { AccessUnit, Clip, VideoCodec } from './types.ts';

/** Maximum interval of key frames, for which clients of a camera wait, seconds. */
const MAX_KEY_GAP = 4;
/** RTP's customary clock for video (RFC 6184 8.2.1, RFC 7798 7.1). */
const VIDEO_CLOCK = 90_000;
const QUIET = ['-v', 'error', '-nostdin'];

const probed = z.object({
  streams: z
    .array(
      z.object({
        codec_name: z.string(),
        width: z.number().positive(),
        height: z.number().positive(),
        avg_frame_rate: z.string(),
      }),
    )
    .min(1, 'no video stream'),
});

/**
 * Reads the first video stream of a file into memory, ready for RTP. H264 and H265 with regular key
 * frames are used unmodified; everything else is re-encoded as H264.
 *
 * @throws Error that names the file and the reason.
 */
export async function readClip(file: string): Promise<Clip> {
  try {
    return await read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the clip ${file} cannot be used: ${reason}`, { cause: error });
  }
}

async function read(file: string): Promise<Clip> {
  const stream = await probe(file);
  const size = {
    width: stream.width,
    height: stream.height,
    framesPerSecond: rational(stream.avg_frame_rate) || 25,
  };
  const codec =
    stream.codec_name === 'h264' ? 'H264' : stream.codec_name === 'hevc' ? 'H265' : null;
  if (codec) {
    const copied = toClip(await copyStream(file, codec), codec);
    if (copied) return { ...copied, ...size, transcoded: false };
  }
  const encoded = toClip(await copyStream(await encode(file), 'H264'), 'H264');
  if (!encoded) throw new Error('encoding it as H264 gave no usable stream');
  // The encoder requires even dimensions.
  const even = { width: size.width & ~1, height: size.height & ~1 };
  return { ...encoded, ...size, ...even, transcoded: true };
}

async function probe(file: string) {
  const select = ['-select_streams', 'V:0', '-show_entries'];
  const fields = 'stream=codec_name,width,height,avg_frame_rate';
  const { main } = await run('ffprobe', ['-v', 'error', ...select, fields, '-of', 'json', file]);
  const result = probed.safeParse(JSON.parse(main.toString()));
  if (!result.success) throw new Error(result.error.issues.map((i) => i.message).join(', '));
  return result.data.streams[0]!;
}

const rational = (text: string): number => {
  const [over = 0, under = 1] = text.split('/').map(Number);
  return under > 0 ? over / under : 0;
};

async function encode(file: string): Promise<Buffer> {
  const even = 'scale=trunc(iw/2)*2:trunc(ih/2)*2';
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-bf', '0'];
  const keys = ['-force_key_frames', 'expr:gte(t,n_forced*2)', '-pix_fmt', 'yuv420p'];
  const input = [...QUIET, '-i', file, '-map', '0:V:0', '-an', '-vf', even];
  return (await run('ffmpeg', [...input, ...x264, ...keys, '-f', 'nut', 'pipe:1'])).main;
}

interface CopiedStream {
  bytes: Buffer;
  /** ffmpeg's framecrc listing: the packets of `bytes` with their times and sizes. */
  listing: string;
}

/** Extracts the stream as Annex B, with a listing of its packets. */
async function copyStream(source: string | Buffer, codec: VideoCodec): Promise<CopiedStream> {
  const [filter, muxer] =
    codec === 'H264' ? ['h264_mp4toannexb', 'h264'] : ['hevc_mp4toannexb', 'hevc'];
  // Some containers store the parameter sets separately; the stream needs them inline.
  const filters = `${filter},dump_extra=freq=keyframe`;
  const copy = ['-map', '0:V:0', '-c', 'copy', '-bsf:v', filters];
  const input = typeof source === 'string' ? source : 'pipe:0';
  const outputs = [...copy, '-f', muxer, 'pipe:1', ...copy, '-f', 'framecrc', 'pipe:3'];
  const output = await run(
    'ffmpeg',
    ['-v', 'error', '-i', input, ...outputs],
    typeof source === 'string' ? undefined : source,
  );
  return { bytes: output.main, listing: output.side.toString() };
}

export interface ListedPacket {
  dts: number;
  pts: number;
  duration: number;
  size: number;
}

/**
 * Reads a framecrc listing; times in seconds.
 *
 * @returns null where a packet has no time.
 */
export function readListing(listing: string): ListedPacket[] | null {
  const base = /^#tb 0: (\d+)\/(\d+)/m.exec(listing);
  if (!base) return null;
  const tick = Number(base[1]) / Number(base[2]);
  const packets: ListedPacket[] = [];
  for (const line of listing.split('\n')) {
    if (!line || line.startsWith('#')) continue;
    const [, dts, pts, duration, size] = line.split(',').map((field) => field.trim());
    // An unknown time is printed as NOPTS or as the smallest 64-bit number.
    if (![dts, pts].every((time) => time && /^-?\d{1,15}$/.test(time))) return null;
    packets.push({
      dts: Number(dts) * tick,
      pts: Number(pts) * tick,
      duration: Number(duration) * tick,
      size: Number(size),
    });
  }
  return packets.length > 0 ? packets : null;
}

type Timed = Pick<Clip, 'format' | 'units' | 'duration'>;

/** @returns null where the stream cannot be sent unmodified. */
function toClip({ bytes, listing }: CopiedStream, codec: VideoCodec): Timed | null {
  const packets = readListing(listing);
  if (packets?.reduce((sum, packet) => sum + packet.size, 0) !== bytes.length) return null;
  const start = packets.reduce((least, packet) => Math.min(least, packet.pts), Infinity);
  const units: AccessUnit[] = [];
  let at = 0;
  let duration = 0;
  for (const packet of packets) {
    const nals = splitAnnexB(bytes.subarray(at, at + packet.size));
    at += packet.size;
    duration = Math.max(duration, packet.pts - start + packet.duration);
    const parts = nals.filter((nal) => !isDispensable(codec, nal));
    const key = parts.some((nal) => isKeyNal(codec, nal));
    units.push({ pts: packet.pts - start, dts: packet.dts - start, key, parts });
  }
  if (!hasRegularKeys(units, duration)) return null;
  const parameterSets = distinct(
    units.flatMap((unit) => unit.parts),
    codec,
  );
  if (parameterSets.length < (codec === 'H264' ? 2 : 3)) return null;
  for (const unit of units) {
    if (unit.key && !unit.parts.some((nal) => isParameterSet(codec, nal))) {
      unit.parts.unshift(...parameterSets);
    }
  }
  return { format: { codec, clockRate: VIDEO_CLOCK, parameterSets }, units, duration };
}

function hasRegularKeys(units: AccessUnit[], duration: number): boolean {
  if (!units[0]?.key) return false;
  const keys = units.filter((unit) => unit.key).map((unit) => unit.pts);
  return keys.every((pts, i) => (keys[i + 1] ?? duration) - pts <= MAX_KEY_GAP + 0.1);
}

/** The stream's distinct parameter sets, in order. */
function distinct(nals: Buffer[], codec: VideoCodec): Buffer[] {
  const sets: Buffer[] = [];
  for (const nal of nals) {
    if (isParameterSet(codec, nal) && !sets.some((set) => set.equals(nal))) sets.push(nal);
  }
  return sets;
}
