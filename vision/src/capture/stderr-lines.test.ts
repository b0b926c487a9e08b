import { expect, test } from 'vitest';
import { StderrReader } from './stderr-lines.ts';

const read = (text: string) => {
  const reader = new StderrReader();
  return text.split('\n').map((line) => reader.read(line));
};

test('reads the video of the input, not that of an output', () => {
  const lines = read(`Input #0, rtsp, from 'rtsp://127.0.0.1:8554/cam1':
  Metadata:
    title           : No Name
  Duration: N/A, start: 0.733333, bitrate: N/A
  Stream #0:0: Video: h264 (High), yuv420p(progressive), 480x270 [SAR 1:1 DAR 16:9], 15 fps, 15 tbr, 90k tbn
Stream mapping:
  Stream #0:0 -> #0:0 (h264 (native) -> rawvideo (native))
Output #0, rawvideo, to 'pipe:1':
  Stream #0:0: Video: rawvideo (I420 / 0x30323449), yuv420p(progressive), 480x270 [SAR 1:1 DAR 16:9], q=2-31, 23328 kb/s, 15 fps, 15 tbn`);
  expect(lines.filter((line) => line.kind === 'input')).toEqual([
    { kind: 'input', video: { codec: 'h264', width: 480, height: 270, fps: 15 } },
  ]);
});

test('reads the video of a file and of a stream that declares no rate', () => {
  const [, a, b] = read(`Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'a.mp4':
  Stream #0:0[0x1](und): Video: hevc (Main) (hvc1 / 0x31637668), yuv420p(tv, bt709), 1280x720, 894 kb/s, 12.50 fps, 25 tbr, 10240 tbn (default)
  Stream #0:1: Video: h264 (Main), yuvj420p(pc, bt709, progressive), 2560x1440, 90k tbr, 90k tbn`);
  expect(a).toMatchObject({ video: { codec: 'hevc', width: 1280, height: 720, fps: 12.5 } });
  expect(b).toMatchObject({ video: { codec: 'h264', width: 2560, height: 1440, fps: null } });
});

test('reads number, time and size of a frame', () => {
  const [seven, five, rest] =
    read(`[Parsed_showinfo_3 @ 0x7f8c1000fbc0] n:   7 pts: 270000 pts_time:3       duration:   6000 duration_time:0.0666667 fmt:yuv420p cl:left sar:1/1 s:480x270 i:P iskey:0 type:P 
[Parsed_showinfo_3 @ 0x55d0] n:  10 pts:   6144 pts_time:0.0125  pos:    87723 fmt:yuv420p sar:1/1 s:1280x720 i:P iskey:0 type:B 
[Parsed_showinfo_3 @ 0x7f8c1000fbc0] color_range:unknown color_space:unknown color_primaries:unknown`);
  expect(seven).toEqual({ kind: 'frame', n: 7, ptsMs: 3000, width: 480, height: 270 });
  expect(five).toEqual({ kind: 'frame', n: 10, ptsMs: 12.5, width: 1280, height: 720 });
  expect(rest).toEqual({ kind: 'noise' });
});

test('takes the time of a frame from its whole units: ffmpeg before 7.1 writes six digits of the seconds', () => {
  const [, frame] =
    read(`[Parsed_showinfo_3 @ 0x55d0] config in time_base: 1/90000, frame_rate: 25/1
[Parsed_showinfo_3 @ 0x55d0] n: 5040 pts:9072057600 pts_time:100801  duration:   3600 fmt:yuv420p sar:1/1 s:1280x720 i:P`);
  expect(frame).toMatchObject({ kind: 'frame', ptsMs: 100_800_640 });
});

test('a new segment marks the previous one as complete', () => {
  expect(
    read(`[segment @ 0x5610550d6340] Opening 'ring/list.csv.tmp' for writing
[segment @ 0x5610550d6340] Opening 'ring/run-000001.ts' for writing
[rtsp @ 0x5652da566580] Failed reading RTSP data: End of file`).map((line) => line.kind),
  ).toEqual(['noise', 'segment', 'log']);
});

test('tells damaged pictures and lost packets from other messages', () => {
  const lines = read(`[h264 @ 0x55d0] error while decoding MB 23 11, bytestream -7
[h264 @ 0x55d0] concealing 1440 DC, 1440 AC, 1440 MV errors in P frame
[rtsp @ 0x55c1] RTP: missed 12 packets
[hevc @ 0x55d0] Could not find ref with POC 17
[in#0/rtsp @ 0x5] corrupt decoded frame
[out#0/rawvideo @ 0x5] video:1kB audio:0kB`);
  expect(lines.map(({ kind }) => kind)).toEqual([...Array(5).fill('decode-error'), 'log']);
});
