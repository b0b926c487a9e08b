import type { MatchJob } from './input.ts';

/**
 * Whether the job requires a certificate or permit, so that a hold cannot be overridden. Requirements of the posts at the
 * place count too: a person without any of these posts is on hold before their certificates are checked.
 */
export const isSpecial = (parts: readonly MatchJob[]): boolean =>
  parts.some(
    ({ permit, certificates, byPost }) =>
      permit !== null ||
      [...certificates, ...byPost.flatMap((one) => one.certificates)].some(
        ({ kind }) => kind !== 'guardian',
      ),
  );
