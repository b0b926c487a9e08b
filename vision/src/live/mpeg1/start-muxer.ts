import Mpeg1Muxer from 'node-rtsp-stream/mpeg1muxer.js';

/**
 * Starts the muxer. Where the process has no file descriptor left, its ffmpeg has no pipes, over which the
 * muxer stumbles before anything listens to ffmpeg: without this, the whole worker would end.
 *
 * @param onFailed called in place of an answer.
 */
export function startMuxer(
  options: ConstructorParameters<typeof Mpeg1Muxer>[0],
  onFailed: (how: string) => void,
): Mpeg1Muxer | undefined {
  // Not by `new`, which would not hand out what there is of it.
  const muxer = Object.create(Mpeg1Muxer.prototype) as Mpeg1Muxer;
  try {
    Reflect.apply(Mpeg1Muxer, muxer, [options]);
    return muxer;
  } catch (error) {
    // Without even a process where it could not be asked for one.
    const stream = muxer.stream as Mpeg1Muxer['stream'] | undefined;
    if (stream) stream.on('error', ({ message }) => onFailed(message));
    else onFailed((error as Error).message);
    return undefined;
  }
}
