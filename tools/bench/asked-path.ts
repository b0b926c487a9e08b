import { resolve } from 'node:path';

/** A path of the command line, relative to where the command was called: npm runs it in the folder of the package. */
export const askedPath = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path);
