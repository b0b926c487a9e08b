import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** The clocks of the machine. */
export interface BootClock {
  /** Since the machine was started, ms, also while it slept; no program can set it. */
  bootMs(): number;
  /** Names this start of the machine; where the system does not say, this process. */
  readonly bootId: string;
  /** What can be set, ms since 1970. */
  wallMs(): number;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export function systemClock(): BootClock {
  let bootId = '';
  try {
    bootId = readFileSync(BOOT_ID, 'utf8').trim();
  } catch {
    // Not Linux: a list does not outlive the process then.
  }
  bootId ||= randomUUID();
  return { bootMs: () => uptime() * 1000, bootId, wallMs: Date.now };
}
