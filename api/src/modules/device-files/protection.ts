/** The IP code of a housing (IEC 60529): its two digits, each null where it is not known. */
export interface IpCode {
  readonly ipSolids: number | null;
  readonly ipWater: number | null;
}

/** Least protection in a dusty place: dust-tight, and temporary immersion (IP67). */
export const DUSTY_LEAST = { ipSolids: 6, ipWater: 7 } as const;

export type ProtectionFault = 'low' | 'unknown';

/**
 * Whether a housing suits a place.
 *
 * @param dust the dust class of the area; a device without an area is judged by no place.
 * @returns `low` below IP67 in a dusty place, `unknown` where that cannot be said, null otherwise.
 */
export function protectionFault(
  { ipSolids, ipWater }: IpCode,
  dust: string | null,
): ProtectionFault | null {
  if (dust !== 'dusty') return null;
  const isBelow = (digit: number | null, least: number) => digit !== null && digit < least;
  if (isBelow(ipSolids, DUSTY_LEAST.ipSolids) || isBelow(ipWater, DUSTY_LEAST.ipWater))
    return 'low';
  return ipSolids === null || ipWater === null ? 'unknown' : null;
}

/** The code as it is printed on the housing; `X` for a digit that is not known. */
export const ipText = ({ ipSolids, ipWater }: IpCode): string | null =>
  ipSolids === null && ipWater === null ? null : `IP${ipSolids ?? 'X'}${ipWater ?? 'X'}`;
