import { readFileSync } from 'node:fs';
import { processesBelow } from '../cpu.ts';

/** The engines by the words of `--engine`: the name that an answer has, and what its process is called by. */
export const ENGINES = {
  mediasoup: { name: 'mediasoup', process: /mediasoup-worker/ },
  datachannel: { name: 'node-datachannel', process: /whep-process/ },
  mpeg1: { name: 'node-rtsp-stream', process: /mpeg1video/ },
} as const;
export type EngineWord = keyof typeof ENGINES;

/** The process of an engine below a vision worker; undefined where there is none. */
export const engineProcess = (worker: number, engine: EngineWord): number | undefined =>
  processesBelow(worker).find(({ pid }) => ENGINES[engine].process.test(commandOf(pid)))?.pid;

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
