import { execFile } from 'node:child_process';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import type { SceneFaultCode } from '@anshi/contracts';

const run = promisify(execFile);

/** Of the altered clips: their size, and the seconds of their length and of what happens in them. */
export interface TamperedShape {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
  readonly begin: number;
}

/** A picture of a scene as it is altered: filters of ffmpeg from [in] to [out]. */
interface Alteration {
  readonly name: string;
  readonly fault: SceneFaultCode | null;
  readonly filters: string;
}

/** Noise of a sensor, another one in each picture. */
const noise = (strength: number) => `noise=alls=${strength}:allf=t`;

/** What is a fault from the second `begin` on, and what is none. */
function alterationsOf({ width, height, fps, seconds, begin }: TamperedShape): Alteration[] {
  const from = `enable='gte(t,${begin})'`;
  const size = `${width}x${height}`;
  return [
    { name: 'plain', fault: null, filters: `[in]${noise(5)}[out]` },
    {
      name: 'black',
      fault: 'black',
      filters: `[in]${noise(5)},drawbox=c=black:t=fill:${from}[out]`,
    },
    {
      name: 'lens-cap',
      fault: 'black',
      // A sensor in the dark is not quite black.
      filters: `[in]drawbox=c=0x040404:t=fill:${from},${noise(4)}[out]`,
    },
    {
      name: 'frozen',
      fault: 'frozen',
      filters: `[in]${noise(5)},trim=0:${begin},tpad=stop_mode=clone:stop_duration=${seconds}[out]`,
    },
    { name: 'blurred', fault: 'blurred', filters: `[in]gblur=sigma=4:${from},${noise(5)}[out]` },
    {
      name: 'very-blurred',
      fault: 'blurred',
      filters: `[in]gblur=sigma=9:${from},${noise(5)}[out]`,
    },
    {
      name: 'turned',
      fault: 'turned',
      filters: `[in]scale=${Math.round(width * 0.7) * 2}:-2,crop=${width}:${height}:x='if(lt(t,${begin}),0,in_w-out_w)':y='if(lt(t,${begin}),0,(in_h-out_h)/2)',${noise(5)}[out]`,
    },
    {
      name: 'turned-down',
      fault: 'turned',
      filters: `[in]scale=${Math.round(width * 0.7) * 2}:-2,crop=${width}:${height}:x=(in_w-out_w)/2:y='if(lt(t,${begin}),0,in_h-out_h)',rotate=a='if(lt(t,${begin}),0,0.12)':fillcolor=gray,${noise(5)}[out]`,
    },
    {
      name: 'covered-by-cloth',
      fault: 'covered',
      filters: `[in]drawbox=c=0x6b6258:t=fill:${from},${noise(9)}[out]`,
    },
    {
      name: 'covered-by-hand',
      fault: 'covered',
      // Out of focus before the lens, a bright rim at one side.
      filters: `[in]split[a][b];[b]drawbox=x=0:y=0:w=iw*0.92:h=ih:c=0x8a5f4c:t=fill,gblur=sigma=45[c];[a][c]overlay=${from},${noise(5)}[out]`,
    },
    {
      name: 'rain',
      fault: null,
      filters: `color=c=black:s=${size}:r=${fps}:d=${seconds},format=gray,noise=alls=100:allf=t,lut=y='if(gt(val,92),255,0)',gblur=sigma=0.7:sigmaV=16,lut=y='min(255,val*7)',format=yuv420p,lutyuv=u=128:v=128[drops];[in]eq=contrast=0.8,format=yuv420p[wet];[wet][drops]blend=c0_mode=screen:c0_opacity=0.45:c1_mode=normal:c1_opacity=0:c2_mode=normal:c2_opacity=0,${noise(5)}[out]`,
    },
    {
      name: 'dusk',
      fault: null,
      filters: `[in]eq=brightness='-0.3*min(1,t/${seconds - 6})':contrast='1-0.5*min(1,t/${seconds - 6})':eval=frame,${noise(7)}[out]`,
    },
    {
      name: 'lights-off',
      fault: null,
      // Emergency lights remain, and the sensor is noisy.
      filters: `[in]eq=brightness=-0.26:contrast=0.4:${from},${noise(8)}[out]`,
    },
    {
      name: 'lights-on',
      fault: null,
      filters: `[in]eq=brightness='if(lt(t,${begin}),-0.2,0.05)':contrast='if(lt(t,${begin}),0.5,1)':eval=frame,${noise(7)}[out]`,
    },
    {
      name: 'lorry',
      fault: null,
      // It drives in, stands for a while and covers most of the picture.
      filters: `color=c=0x7d8792:s=${Math.round(width * 0.72)}x${Math.round(height * 0.85)}:r=${fps}:d=${seconds},drawgrid=w=iw/5:h=ih/2:t=4:c=0x4a5058,drawbox=x=iw*0.05:y=ih*0.1:w=iw*0.3:h=ih*0.2:c=0xc9ccd0:t=fill[lorry];[in][lorry]overlay=x='min(W*0.14,-w+(t-${begin - 4})*W*0.25)':y=H*0.1,${noise(5)}[out]`,
    },
    {
      name: 'passing-lorry',
      fault: null,
      filters: `color=c=0x394a3c:s=${Math.round(width * 0.95)}x${Math.round(height * 0.9)}:r=${fps}:d=${seconds},drawgrid=w=iw/7:h=ih/3:t=3:c=0x202a22[lorry];[in][lorry]overlay=x='-w+(t-${begin - 4})*W*0.3':y=H*0.06,${noise(5)}[out]`,
    },
  ];
}

/** A clip that was made of a scene. */
export interface TamperedClip {
  readonly file: string;
  readonly name: string;
  readonly fault: SceneFaultCode | null;
  /** The second in which the fault begins; null where there is none. */
  readonly second: number | null;
}

/**
 * Makes clips of a scene that is tampered with, and of what is none.
 *
 * @param source a video file; a short one is repeated.
 * @param names those of the alterations; left out, all.
 * @throws Error with ffmpeg's last lines.
 */
export async function makeTamperedClips(
  source: string,
  folder: string,
  shape: TamperedShape,
  names?: readonly string[],
): Promise<TamperedClip[]> {
  const { width, height, fps, seconds, begin } = shape;
  const made: TamperedClip[] = [];
  for (const { name, fault, filters } of alterationsOf(shape)) {
    if (names && !names.includes(name)) continue;
    const file = join(folder, `${basename(source, extname(source))}-${name}.mp4`);
    const scaled = `[0:v]fps=${fps},scale=${width}:${height}:out_range=tv,setsar=1,format=yuv420p[in]`;
    const input = `-hide_banner -loglevel error -nostdin -y -threads 2 -stream_loop -1 -t ${seconds + 1}`;
    // As a camera encodes: a key frame every two seconds, a limited rate.
    const output = `-an -t ${seconds} -r ${fps} -pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 25 -g ${fps * 2} -bf 0`;
    await run('ffmpeg', [
      ...input.split(' '),
      '-i',
      source,
      '-filter_complex',
      `${scaled};${filters}`,
      '-map',
      '[out]',
      ...output.split(' '),
      file,
    ]);
    made.push({ file, name, fault, second: fault === null ? null : begin });
  }
  return made;
}
