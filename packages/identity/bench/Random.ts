/** Chance from a seed: the same seed, the same people, on every machine. */

/** A number from 0 up to, not including, 1. */
export type Random = () => number

/** sfc32, seeded by splitmix32. */
export const make = (seed: number): Random => {
  let mixed = seed | 0
  const split = () => {
    mixed = (mixed + 0x9e3779b9) | 0
    let z = mixed ^ (mixed >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    return (z ^ (z >>> 15)) | 0
  }
  let [a, b, c, d] = [split(), split(), split(), split()]
  return () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
}

export const below = (random: Random, end: number): number => Math.floor(random() * end)

export const pick = <A>(random: Random, values: ReadonlyArray<A>): A => values[below(random, values.length)]!

export const chance = (random: Random, share: number): boolean => random() < share

export const shuffle = <A>(random: Random, values: ReadonlyArray<A>): ReadonlyArray<A> => {
  const shuffled = [...values]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = below(random, i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled
}
