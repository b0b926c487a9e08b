import { csvFormat } from './read-csv.ts';
import { xlsxFormat } from './read-xlsx.ts';
import type { TableFormat } from './types.ts';

/** The file formats, the surest first. */
export const formats: readonly TableFormat[] = [xlsxFormat, csvFormat];
