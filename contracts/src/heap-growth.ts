import { setFlagsFromString } from 'node:v8';

/** By how much the heap grows over its live part before it is marked again, percent. */
const GROWTH_PERCENT = 100;

/**
 * Lets the JavaScript heaps of this process, those of its threads included, grow to twice their live part
 * before V8 marks them again. By default V8 chooses 8 MiB for the heap of a worker or an API, because scripts
 * allocate little there. Buffers count as well, so that clips and pictures had the whole heap marked twice
 * a second: a tenth of the processor time, with pauses of 20 to 70 ms. Called at the start of a process, before it allocates;
 * decision 110 has the measurement.
 */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
