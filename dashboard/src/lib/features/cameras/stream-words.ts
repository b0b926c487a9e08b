import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const streamWords = moduleWords({
  title: ['码流需调整', 'The stream should be changed'],
  measured: ['由视觉节点从码流测得', 'As the worker measures it from the stream'],
  keyFrames: [
    (seconds: string) => `关键帧间隔 ${seconds} 秒：实时画面要等待，录像切割不准。`,
    (seconds: string) =>
      `A key frame every ${seconds} s: live views wait for their first picture, and clips are cut late.`,
  ],
  setKeyFrames: [
    (frames: number | null) =>
      frames === null
        ? '在摄像机的编码设置中，将 I 帧间隔（GOP）设为 1–2 秒，并关闭智能编码（H.264+）。'
        : `在摄像机的编码设置中，将 I 帧间隔（GOP）设为 ${frames}–${2 * frames} 帧（1–2 秒），并关闭智能编码（H.264+）。`,
    (frames: number | null) =>
      frames === null
        ? 'In the encoding settings of the camera set the I-frame interval (GOP) to 1 to 2 s, and switch smart encoding (H.264+) off.'
        : `In the encoding settings of the camera set the I-frame interval (GOP) to ${frames} to ${2 * frames} frames (1 to 2 s), and switch smart encoding (H.264+) off.`,
  ],
  bFrames: [
    '含 B 帧：浏览器的实时画面会卡顿、来回跳动。',
    'It has B-frames: live views in browsers stutter and jump back.',
  ],
  setBFrames: [
    '在摄像机的编码设置中关闭 B 帧，或选用 Baseline 档次。',
    'Switch B-frames off in the encoding settings of the camera, or choose the profile Baseline.',
  ],
  h265: [
    'H.265：浏览器不能播放实时画面；分析与录像不受影响。',
    'H.265: browsers do not play it live. Analysis and clips work.',
  ],
  setH264: [
    '在摄像机的编码设置中改为 H.264，或另设一路 H.264 码流并填写其地址。',
    'Set the camera to H.264, or give it a stream in H.264 and enter the address of that.',
  ],
});
