import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type Verification = Answer<'/api/v1/documents/verification/{code}', 'get'>;
export const verifyDocument = operation.GET('/api/v1/documents/verification/{code}');

/** SHA-256 of a file in hexadecimal; null where the browser does not compute it (pages without TLS). */
export async function digestOf(file: Blob): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
