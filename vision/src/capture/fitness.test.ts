import { expect, test } from 'vitest';
import { unfitVideo } from './fitness.ts';

const camera = { picture: [1280, 720] as [number, number] };
const video = { codec: 'h264', width: 1920, height: 1080, fps: 15 };

test('another size of the same shape is fine, another shape is not', () => {
  expect(unfitVideo(video, camera)).toBeNull();
  expect(unfitVideo({ ...video, codec: 'hevc', width: 1920, height: 1088 }, camera)).toBeNull();
  const fault = unfitVideo({ ...video, width: 640, height: 480 }, camera);
  expect(fault?.code).toBe('wrong-picture-size');
  expect(fault?.message).toMatch(/640x480.*1280x720/);
});

test('a codec that the ring cannot carry is refused by name', () => {
  expect(unfitVideo({ ...video, codec: 'mjpeg' }, camera)).toMatchObject({
    code: 'unsupported-codec',
    message: expect.stringContaining('mjpeg'),
  });
});
