import type { Location } from '@anshi/contracts';
import { Problem } from '../../platform/http/errors.ts';
import type { Open } from '../../platform/module.ts';
import { createReadings, readerOf } from './readings.ts';
import { registerReaders } from './routes.ts';
import type { ReaderRefusal } from './schema.ts';
import { createReaders } from './service.ts';
import { createReaderStates } from './states.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    readers: {
      /** Counts a position for its source. */
      note(location: Location): void;
      /** Whether a reader is registered as a hub or locating system by omlox. @throws Error while the database is away. */
      isOmlox(name: string): Promise<boolean>;
      /** Counts what was not taken of a reader. @param reason what was wrong in it. */
      refused(name: string, code: ReaderRefusal, reason: string): void;
      /** Runs a check of what a reader sends, and counts its refusal by this code. */
      guarded(name: string, code: ReaderRefusal, check: () => Promise<unknown>): Promise<void>;
    };
  }
}

/** Where positions come from: readers, locating systems and sources of GPS, each with a credential of its own. */
export const open: Open = (platform) => {
  const readings = createReadings();
  const states = createReaderStates(platform, readings);
  platform.services.provide('readers', {
    note: (location) => {
      readings.note(readerOf(location));
      states.heard();
    },
    isOmlox: async (name) => (await states.kinds()).get(name) === 'omlox',
    refused: states.refused,
    async guarded(name, code, check) {
      try {
        await check();
      } catch (error) {
        if (error instanceof Problem) states.refused(name, code, error.message);
        throw error;
      }
    },
  });
  const readers = createReaders(platform, readings, states.forget);
  return {
    register: (app) => registerReaders(app, readers),
    close: states.close,
  };
};
