import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import sharp from 'sharp';

/** A picture with shapes placed by `seed`, as JPEG without location metadata. */
export function drawPicture(seed: number, side = 640): Promise<Buffer> {
  let state = seed * 2654435761;
  const next = (most: number) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.abs(state) % most;
  };
  const shapes = Array.from({ length: 14 }, () => {
    const [x, y, w, h] = [next(side), next(side), 40 + next(side / 3), 40 + next(side / 3)];
    return `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="hsl(${next(360)},70%,${20 + next(60)}%)"/>`;
  });
  const height = Math.round(side * 0.75);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${height}"><rect width="100%" height="100%" fill="#889"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

/** Writes EXIF into a JPEG as a phone does: time with offset, and GPS position. */
export function withExif(
  jpeg: Buffer,
  data: { takenAt?: string; offset?: string; latitude?: number; longitude?: number },
): Promise<Buffer> {
  const dms = (value: number) => {
    const whole = Math.floor(value);
    const minutes = Math.floor((value - whole) * 60);
    const seconds = Math.round(((value - whole) * 60 - minutes) * 60 * 10_000);
    return `${whole}/1 ${minutes}/1 ${seconds}/10000`;
  };
  const { takenAt, offset, latitude, longitude } = data;
  return sharp(jpeg)
    .withExif({
      IFD0: { Make: 'Secretphone', Model: 'X1' },
      IFD2: {
        ...(takenAt && { DateTimeOriginal: takenAt }),
        ...(offset && { OffsetTimeOriginal: offset }),
      },
      IFD3: {
        ...(latitude !== undefined && {
          GPSLatitudeRef: latitude < 0 ? 'S' : 'N',
          GPSLatitude: dms(Math.abs(latitude)),
        }),
        ...(longitude !== undefined && {
          GPSLongitudeRef: longitude < 0 ? 'W' : 'E',
          GPSLongitude: dms(Math.abs(longitude)),
        }),
      },
    })
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** Makes a video or audio file with ffmpeg. */
export async function record(options: string[], extension: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-media-'));
  try {
    const out = join(folder, `out.${extension}`);
    await promisify(execFile)('ffmpeg', ['-v', 'error', ...options, out]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One second of video with sound, with time and location metadata. */
export const recordVideo = (): Promise<Buffer> =>
  record(
    [
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=320x240:rate=10:duration=1',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=1',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-metadata',
      'location=+31.2304+121.4737/',
      '-metadata',
      'creation_time=2026-11-25T08:30:00Z',
    ],
    'mp4',
  );

export interface TestEntry {
  name: string;
  bytes: Buffer;
  /** The size according to the central directory. */
  claims?: number;
}

/** Writes a zip archive by hand, so that it can contain false sizes. */
export function zip(entries: TestEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, claims = bytes.length } of entries) {
    const packed = deflateRawSync(bytes, { level: 9 });
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(claims, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(claims, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const table = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, table, end]);
}

/** A word processor document, with additional entries. */
export const wordDocument = (more: TestEntry[] = []): Buffer =>
  zip([
    {
      name: '[Content_Types].xml',
      bytes: Buffer.from(
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      ),
    },
    { name: 'word/document.xml', bytes: Buffer.from('<w:document>隐患整改报告</w:document>') },
    ...more,
  ]);
