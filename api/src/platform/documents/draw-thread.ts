import { parentPort, workerData } from 'node:worker_threads';
import { drawDocument } from './draw.ts';
import type { DocumentSpec } from './spec.ts';

const { bytes, pages } = await drawDocument(workerData as DocumentSpec);
parentPort?.postMessage({ bytes, pages });
