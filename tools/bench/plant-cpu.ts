import type { Plant } from '../plant/plant.ts';
import type { PartName } from '../plant/plant-options.ts';
import { cpuSeconds, cpuSecondsWithChildren, processesBelow } from './cpu.ts';

/**
 * Cores that parts of a plant and the browser of this process use from now until the result is called, as figures such as
 * `cpuApi` and `cpuBrowser`; of each part the process that runs now.
 */
export function coresUsed(
  plant: Plant,
  parts: readonly PartName[],
): () => Readonly<Record<string, number>> {
  const ofBrowser = () =>
    processesBelow(process.pid)
      .filter(({ name }) => name.startsWith('chrom') || name.startsWith('headless'))
      .reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const readers = [
    ...parts.map((part) => {
      const pid = plant.pid(part) ?? 0;
      const name = `cpu${part.charAt(0).toUpperCase()}${part.slice(1)}`;
      return [name, () => cpuSecondsWithChildren(pid)] as const;
    }),
    ['cpuBrowser', ofBrowser] as const,
  ];
  const began = performance.now();
  const before = readers.map(([name, read]) => [name, read, read()] as const);
  return () => {
    const seconds = (performance.now() - began) / 1000;
    return Object.fromEntries(before.map(([name, read, at]) => [name, (read() - at) / seconds]));
  };
}
