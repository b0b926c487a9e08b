import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';

/*
 * How much of the machine other programs took while a file ran, so that its budget of seconds means
 * the same on a busy machine. Read from /proc; where there is none, nothing is known and nothing is
 * allowed for.
 */

/**
 * @typedef {object} Sample
 * @property {number} at ms, of any clock that runs on.
 * @property {number} busy CPU seconds of the whole machine so far; also those that a hypervisor took.
 * @property {number} own CPU seconds of this run so far, all of its processes.
 */

/** Of /proc: USER_HZ, which is 100 on every Linux that Node.js runs on. */
const TICKS = 100;
const EVERY_MS = 2_000;
/** More than this is not forgiven: a file that takes five times as long has something else. */
export const MOST = 4;

/**
 * @param {Sample} from
 * @param {Sample} to
 * @param {number} cores
 * @returns {number} share of the machine that others took between the samples, 0 to 1.
 */
export function othersShare(from, to, cores) {
  const seconds = (to.at - from.at) / 1000;
  if (seconds <= 0) return 0;
  const others = to.busy - from.busy - Math.max(0, to.own - from.own);
  return Math.min(1, Math.max(0, others / (seconds * cores)));
}

/**
 * @param {number} share of the machine that others took.
 * @returns {number} how many times as long a file may take.
 */
export const allowance = (share) => Math.min(MOST, 1 / Math.max(1 - share, 1 / MOST));

/**
 * CPU seconds of a process and all that came from it: those that run, and those that ended and were
 * waited for.
 *
 * @param {readonly { pid: number, parent: number, seconds: number }[]} processes
 * @param {number} root
 */
export function secondsOfTree(processes, root) {
  /** @type {Map<number, typeof processes[number][]>} */
  const children = new Map();
  for (const one of processes) {
    const siblings = children.get(one.parent) ?? [];
    siblings.push(one);
    children.set(one.parent, siblings);
  }
  const secondsBelow = (/** @type {number} */ pid) => {
    let sum = 0;
    for (const child of children.get(pid) ?? []) sum += child.seconds + secondsBelow(child.pid);
    return sum;
  };
  const own = processes.find(({ pid }) => pid === root)?.seconds ?? 0;
  return own + secondsBelow(root);
}

/** @returns {Sample | null} null where there is no /proc. */
function takeSample(/** @type {number} */ root) {
  try {
    const [, user, nice, system, , , irq, soft, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)
      .join()
      .split(/\s+/)
      .map(Number);
    const busy = [user, nice, system, irq, soft, steal].reduce((sum = 0, one = 0) => sum + one, 0);
    const own = secondsOfTree(readProcesses(), root);
    return { at: performance.now(), busy: (busy ?? 0) / TICKS, own };
  } catch {
    return null;
  }
}

function readProcesses() {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name of the program is in brackets and may hold anything.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), seconds: ticks / TICKS }];
    } catch {
      // It has just ended.
      return [];
    }
  });
}

/** Watches the machine from its making on. */
export class MachineLoad {
  /** @type {Sample[]} */
  #samples = [];
  #root;
  #timer;

  /** @param {number} root the process whose tree is the run. */
  constructor(root) {
    this.#root = root;
    this.#take();
    this.#timer = setInterval(() => this.#take(), EVERY_MS).unref();
  }

  #take() {
    const sample = takeSample(this.#root);
    if (sample) this.#samples.push(sample);
  }

  /**
   * @param {number} from ms of `performance.now()`.
   * @returns {number} how many times as long something may take that ran since then.
   */
  allowanceSince(from) {
    this.#take();
    const to = this.#samples.at(-1);
    const begin = this.#samples.findLast(({ at }) => at <= from) ?? this.#samples[0];
    if (!to || !begin) return 1;
    return allowance(othersShare(begin, to, availableParallelism()));
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/** The process whose tree is the run: the one that its parent named, or this one. */
export const runRoot = () => Number(process.env[RUN_ROOT]) || process.pid;
export const RUN_ROOT = 'ANSHI_TEST_RUN_ROOT';
