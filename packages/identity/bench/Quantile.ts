/** Quantiles of measured times. */

/** The smallest value that a share of all does not exceed; 0 when there are none. Rounded to a microsecond. */
export const of = (values: ArrayLike<number>, share: number): number => {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))
  return Math.round(sorted[at]! * 1000) / 1000
}
