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

const FRAME =
  /^\[Parsed_showinfo_\d+ @ [^\]]+\] n: *(\d+) .*?pts: *(\S+) .*?pts_time:\s*(\S+).*? s:(\d+)x(\d+)/;
const TIME_BASE = /^\[Parsed_showinfo_\d+ @ [^\]]+\] config in time_base: (\d+)\/(\d+)/;
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
  /** Milliseconds of one unit of the pictures' `pts`; it may change with the stream. */
  #unitMs: number | null = null;

  /** Known even where the stream does not declare its size before the first key frame. */
  get codec(): string | null {
    return this.#codec;
  }

  read(line: string): StderrLine {
    if (line.startsWith('[Parsed_showinfo')) {
      return this.#showinfo(line);
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

  #showinfo(line: string): StderrLine {
    const base = TIME_BASE.exec(line);
    if (base) this.#unitMs = (1000 * Number(base[1])) / Number(base[2]);
    const frame = FRAME.exec(line);
    if (!frame) return { kind: 'noise' };
    // Before version 7.1, ffmpeg writes six digits of `pts_time`: whole seconds after 28 hours.
    const exact = this.#unitMs === null ? Number.NaN : Number(frame[2]) * this.#unitMs;
    const ptsMs = Number.isFinite(exact) ? exact : Number(frame[3]) * 1000;
    if (!Number.isFinite(ptsMs)) return { kind: 'noise' };
    const [n, , , width, height] = frame.slice(1).map(Number) as [number, 0, 0, number, number];
    return { kind: 'frame', n, ptsMs, width, height };
  }
}
