/**
 * A Kalman filter over one coordinate that moves at a nearly constant rate: state (value, rate),
 * white-noise acceleration (Bar-Shalom, Li, Kirubarajan 2001, section 6.2.2), real time steps.
 * The coordinates of a box are filtered independently, because neither motion nor measurement
 * errors are correlated.
 */
export interface AxisFilter {
  value: number;
  /** Per second. */
  rate: number;
  /** Covariance of (value, rate). */
  pVV: number;
  pVR: number;
  pRR: number;
}

export function startAxis(value: number, deviation: number, rateDeviation: number): AxisFilter {
  return { value, rate: 0, pVV: deviation ** 2, pVR: 0, pRR: rateDeviation ** 2 };
}

/** Predicts `seconds` ahead; `agility` is the standard deviation of the rate after one second. */
export function predictAxis(axis: AxisFilter, seconds: number, agility: number): void {
  const q = agility ** 2;
  axis.value += axis.rate * seconds;
  axis.pVV += 2 * seconds * axis.pVR + seconds ** 2 * axis.pRR + (q * seconds ** 3) / 3;
  axis.pVR += seconds * axis.pRR + (q * seconds ** 2) / 2;
  axis.pRR += q * seconds;
}

/** Updates with a measurement of the value. */
export function correctAxis(axis: AxisFilter, measured: number, deviation: number): void {
  const innovation = measured - axis.value;
  const variance = axis.pVV + deviation ** 2;
  const gainV = axis.pVV / variance;
  const gainR = axis.pVR / variance;
  axis.value += gainV * innovation;
  axis.rate += gainR * innovation;
  axis.pRR -= gainR * axis.pVR;
  axis.pVR *= 1 - gainV;
  axis.pVV *= 1 - gainV;
}
