/** What ffmpeg reports about its input video. */
export interface InputVideo {
  /** ffmpeg's name: h264, hevc … */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** As declared by the stream; null where it declares none. */
  readonly fps: number | null;
}

export type StderrLine =
  | { kind: 'frame'; n: number; ptsMs: number; width: number; height: number }
  | { kind: 'input'; video: InputVideo }
  /** A new segment begins, so the previous one is complete and listed. */
  | { kind: 'segment' }
  /** Not logged. */
  | { kind: 'noise' }
  /** A damaged picture or lost packets. */
  | { kind: 'decode-error' }
  | { kind: 'log' };

const FRAME = /^\[Parsed_showinfo_\d+ @ [^\]]+\] n: *(\d+) .*?pts_time:\s*(\S+).*? s:(\d+)x(\d+)/;
/** Of the decoders of H.264 and H.265, the RTP parts and the core of ffmpeg. */
const DECODE_ERROR =
  /error while decoding|decode_slice_header error|concealing \d+ DC|corrupt (?:decoded frame|input packet)|Invalid NAL unit|non-existing PPS|RTP: missed \d+ packets|Could not find ref with POC|Error submitting packet to decoder|error, non monoton/i;
const STREAM = /^\s*Stream #0:\d+.*?: Video: (\w+)/;

/**
 * Parses ffmpeg's messages (level info, versions 5 to 7), one line at a time. Keeps the current
 * section, because the lines on inputs and outputs have the same form.
 */
export class StderrReader {
  #inInput = false;
  #codec: string | null = null;

  /** Known even where the stream does not declare its size before the first key frame. */
  get codec(): string | null {
    return this.#codec;
  }

  read(line: string): StderrLine {
    if (line.startsWith('[Parsed_showinfo')) {
      const frame = FRAME.exec(line);
      if (!frame) return { kind: 'noise' };
      const seconds = Number(frame[2]);
      if (!Number.isFinite(seconds)) return { kind: 'noise' };
      return {
        kind: 'frame',
        n: Number(frame[1]),
        ptsMs: seconds * 1000,
        width: Number(frame[3]),
        height: Number(frame[4]),
      };
    }
    if (line.startsWith('[segment @')) {
      if (/Opening '.*\.ts' for writing/.test(line)) return { kind: 'segment' };
      return { kind: /Opening '/.test(line) ? 'noise' : 'log' };
    }
    if (/^Input #/.test(line)) this.#inInput = true;
    else if (/^(Output #|Stream mapping)/.test(line)) this.#inInput = false;
    const stream = this.#inInput ? STREAM.exec(line) : null;
    if (stream) this.#codec ??= stream[1]!;
    const size = stream ? /, (\d{2,5})x(\d{2,5})[ ,]/.exec(line) : null;
    if (!stream && DECODE_ERROR.test(line)) return { kind: 'decode-error' };
    if (!stream || !size) return { kind: 'log' };
    const fps = /, ([\d.]+) fps/.exec(line);
    return {
      kind: 'input',
      video: {
        codec: stream[1]!,
        width: Number(size[1]),
        height: Number(size[2]),
        fps: fps ? Number(fps[1]) : null,
      },
    };
  }
}
