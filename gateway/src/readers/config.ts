import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { slug } from '@anshi/contracts';
import { z } from 'zod';

/** Ports of LLRP, by whether it is encrypted. */
const PORTS: Readonly<Record<string, number>> = { 'llrp:': 5084, 'llrps:': 5085 };

const pem = z.string().min(1).max(4096);
const tls = z
  .strictObject({
    /** A file with the certificate of the reader or of its CA; left out: the CAs of Node.js. */
    ca: pem.optional(),
    /** The name in the certificate of the reader, where it is not the one in the address. */
    name: z.string().min(1).max(253).optional(),
    /** Files with our own certificate and its key, for a reader that asks for one. */
    cert: pem.optional(),
    key: pem.optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    message: 'must have both cert and key, or none of them',
  });

/** A reader that a gateway carries. */
export const readerConfig = z
  .strictObject({
    /** Its name in the register and in its credential. */
    reader: slug,
    /** The secret of its credential, of the kind reader. */
    secret: z.string().min(16, 'must be the secret of the credential of the reader'),
    url: z
      .string()
      .regex(
        /^llrps?:\/\/[^/@\s]+$/,
        'must be an address like llrp://192.0.2.7, llrp://192.0.2.7:5084 or llrps://192.0.2.7',
      ),
    tls: tls.optional(),
    /** Those that read; none means all. */
    antennas: z.array(z.number().int().min(1).max(64)).max(64).default([]),
  })
  .refine(({ url, tls }) => tls === undefined || url.startsWith('llrps:'), {
    path: ['tls'],
    message: 'needs an address with llrps://',
  });
export type ReaderConfig = z.infer<typeof readerConfig>;

/** Where a reader is reached; `tls` is null where nothing encrypts. */
export interface ReaderAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: ConnectionOptions | null;
}

/** @throws Error that names the reader and the file which cannot be read. */
export function addressOf({ reader, url, tls }: ReaderConfig): ReaderAddress {
  const { protocol, hostname, port } = new URL(url);
  const read = (path: string | undefined): Buffer | undefined => {
    try {
      return path === undefined ? undefined : readFileSync(path);
    } catch (error) {
      throw new Error(`reader ${reader}: ${(error as Error).message}`);
    }
  };
  const [ca, cert, key] = [tls?.ca, tls?.cert, tls?.key].map(read);
  return {
    // An address of IPv6 stands in brackets.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || PORTS[protocol]),
    tls:
      protocol === 'llrp:'
        ? null
        : {
            minVersion: 'TLSv1.2',
            ...(tls?.name ? { servername: tls.name } : {}),
            ...(ca ? { ca } : {}),
            ...(cert && key ? { cert, key } : {}),
          },
  };
}
