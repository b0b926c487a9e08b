import { type FfmpegCommand, ffmpegCommand } from '../../capture/ffmpeg.ts';
import {
  LOOPBACK_PAYLOAD_TYPE,
  liveFilter,
  type StreamInput,
  streamInput,
} from '../../capture/ffmpeg-command.ts';

/**
 * One ffmpeg that sends a substream as RTP to a port of this machine, as it comes: nothing is decoded. Where the
 * worker is gone, the port refuses the packets and ffmpeg ends (`connect=1`).
 */
export function substreamCommand(
  options: StreamInput & { readonly livePort: number },
): FfmpegCommand {
  const command = ffmpegCommand({ stdoutLines: 1 });
  streamInput(command, options);
  const { livePort: port } = options;
  command
    .output(`rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200&connect=1`)
    .outputOptions('-map', '0:v:0', '-c:v', 'copy', '-bsf:v', liveFilter(options.fileCodec))
    .outputOptions('-f', 'rtp', '-payload_type', String(LOOPBACK_PAYLOAD_TYPE));
  return command;
}
