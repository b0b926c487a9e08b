import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { clearIncoming, newPart, writeDurably } from './folder.ts';
import { checkKey } from './key.ts';
import type { BlobInfo, BlobKey, BlobStore } from './types.ts';

export interface S3Options {
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** Whether the bucket is part of the path rather than of the host name. */
  pathStyle: boolean;
  /** Prefix of object names, such as `files`. */
  prefix: string;
  /** A local folder for files until they are complete and verified. */
  incoming: string;
}

/**
 * A store in a bucket with the S3 API: `<prefix>/<tenant>/<digest>`. A file is written to the local
 * disk first, since an object must not appear before its bytes are verified.
 */
export function openBlobBucket(options: S3Options): BlobStore {
  const { bucket, prefix, incoming } = options;
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: options.pathStyle,
    credentials: { accessKeyId: options.accessKey, secretAccessKey: options.secretKey },
    // Many S3 servers do not support the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
  });
  const nameOf = (key: BlobKey) => {
    checkKey(key);
    return `${prefix}/${key.tenant}/${key.sha256}`;
  };
  clearIncoming(incoming).catch(() => {});
  return {
    place: `${options.endpoint}/${bucket}/${prefix}`,
    async put(key, bytes) {
      const Key = nameOf(key);
      const part = await newPart(incoming);
      try {
        const written = await writeDurably(part, bytes);
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key,
            Body: createReadStream(part),
            ContentLength: written,
            ContentType: 'application/octet-stream',
          }),
        );
        return written;
      } finally {
        await rm(part, { force: true });
      }
    },
    async size(key) {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: nameOf(key) }));
        return head.ContentLength ?? null;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    read(key, range) {
      const out = new PassThrough();
      const Range = range && `bytes=${range.first}-${range.last}`;
      client
        .send(new GetObjectCommand({ Bucket: bucket, Key: nameOf(key), ...(Range && { Range }) }))
        .then(({ Body }) => pipeline(Body as Readable, out))
        .catch((error: Error) => out.destroy(error));
      return out;
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: nameOf(key) }));
    },
    async *list(): AsyncGenerator<BlobInfo> {
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${prefix}/`,
            ...(ContinuationToken && { ContinuationToken }),
          }),
        );
        for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
          const [tenant, sha256, ...rest] = Key.slice(prefix.length + 1).split('/');
          if (!tenant || !sha256 || rest.length > 0 || !/^[0-9a-f]{64}$/.test(sha256)) continue;
          yield { tenant, sha256, bytes: Size, at: LastModified };
        }
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken);
    },
    async check() {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    },
  };
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === 'NotFound' || name === 'NoSuchKey' || $metadata?.httpStatusCode === 404;
}
