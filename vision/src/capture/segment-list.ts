/** A finished segment as ffmpeg lists it; times in milliseconds of the stream. */
export interface ListedSegment {
  readonly file: string;
  readonly fromPts: number;
  readonly toPts: number;
}

/** Parses ffmpeg's CSV list of segments; incomplete lines are skipped. */
export function readSegmentList(text: string): ListedSegment[] {
  return text.split('\n').flatMap((line) => {
    const [file, from, to, ...rest] = line.trim().split(',');
    if (!file || !from || !to || rest.length > 0) return [];
    const fromPts = Number(from) * 1000;
    const toPts = Number(to) * 1000;
    return toPts > fromPts ? [{ file, fromPts, toPts }] : [];
  });
}
