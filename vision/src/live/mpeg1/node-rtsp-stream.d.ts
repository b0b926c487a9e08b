/** The part of node-rtsp-stream that is used: ffmpeg, started at once, with its output as events. */
declare module 'node-rtsp-stream/mpeg1muxer.js' {
  import type { ChildProcessWithoutNullStreams } from 'node:child_process';
  import type { EventEmitter } from 'node:events';

  interface Mpeg1Muxer extends EventEmitter<{ mpeg1data: [Buffer]; ffmpegStderr: [Buffer] }> {
    readonly stream: ChildProcessWithoutNullStreams;
  }
  const Mpeg1Muxer: new (options: {
    /** What ffmpeg reads. */
    url: string;
    ffmpegPath: string;
    /** Output options by name; an empty text for one without a value. */
    ffmpegOptions: Record<string, string | number>;
  }) => Mpeg1Muxer;
  export default Mpeg1Muxer;
}
