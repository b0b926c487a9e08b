import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The installed npm package of mediasoup. */
export interface MediasoupPackage {
  readonly folder: string;
  readonly version: string;
}

/** @returns null where npm left the optional package out. */
export function mediasoupPackage(): MediasoupPackage | null {
  try {
    const main = createRequire(import.meta.url).resolve('mediasoup');
    // The package exports its library only, so that package.json is found beside it.
    const folder = join(main, '../../..');
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { folder, version: String(version) };
  } catch {
    return null;
  }
}
