/** How alike two short texts are: Jaro-Winkler for names, optimal string alignment for digits. Both symmetric. */

/** Longer values are cut: names and numbers fit, and the cost of one comparison stays bounded. */
const LENGTH_MAX = 64

const matchedA = new Uint8Array(LENGTH_MAX)
const matchedB = new Uint8Array(LENGTH_MAX)

/** 0 (nothing in common) to 1 (equal); equal beginnings count more (Winkler 1990). */
export const jaroWinkler = (a: string, b: string): number => {
  if (a === b) return 1
  const lengthA = Math.min(a.length, LENGTH_MAX)
  const lengthB = Math.min(b.length, LENGTH_MAX)
  if (lengthA === 0 || lengthB === 0) return 0
  const matches = markMatches(a, lengthA, b, lengthB)
  if (matches === 0) return 0
  const jaro = (matches / lengthA + matches / lengthB + (matches - transpositions(a, lengthA, b)) / matches) / 3
  let prefix = 0
  while (prefix < 4 && prefix < lengthA && prefix < lengthB && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++
  return jaro + prefix * 0.1 * (1 - jaro)
}

/** Edits (insert, delete, replace, swap neighbours) that turn one text into the other, or `most + 1` when more. */
export const edits = (a: string, b: string, most: number): number => {
  if (a === b) return 0
  const lengthA = Math.min(a.length, LENGTH_MAX)
  const lengthB = Math.min(b.length, LENGTH_MAX)
  if (Math.abs(lengthA - lengthB) > most) return most + 1
  let before = rows[0]!
  let above = rows[1]!
  let row = rows[2]!
  for (let j = 0; j <= lengthB; j++) above[j] = j
  for (let i = 1; i <= lengthA; i++) {
    row[0] = i
    let least = i
    const charA = a.charCodeAt(i - 1)
    for (let j = 1; j <= lengthB; j++) {
      const charB = b.charCodeAt(j - 1)
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (charA === charB ? 0 : 1))
      if (i > 1 && j > 1 && charA === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === charB) {
        cost = Math.min(cost, before[j - 2]! + 1)
      }
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return most + 1
    ;[before, above, row] = [above, row, before]
  }
  return Math.min(above[lengthB]!, most + 1)
}

/** A word with a slip or two in it, as its length allows. */
export const isSlip = (a: string, b: string): boolean => {
  const shorter = Math.min(a.length, b.length)
  const slips = edits(a, b, 2)
  return (slips <= 1 && shorter > 3) || (slips <= 2 && shorter > 5)
}

// ---------------------------------------------------------------------------------------------------------

const rows = [0, 1, 2].map(() => new Uint8Array(LENGTH_MAX + 1))

const markMatches = (a: string, lengthA: number, b: string, lengthB: number): number => {
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1)
  matchedA.fill(0, 0, lengthA)
  matchedB.fill(0, 0, lengthB)
  let matches = 0
  for (let i = 0; i < lengthA; i++) {
    const char = a.charCodeAt(i)
    const end = Math.min(lengthB, i + reach + 1)
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (matchedB[j] === 1 || b.charCodeAt(j) !== char) continue
      matchedA[i] = 1
      matchedB[j] = 1
      matches++
      break
    }
  }
  return matches
}

const transpositions = (a: string, lengthA: number, b: string): number => {
  let misplaced = 0
  let j = 0
  for (let i = 0; i < lengthA; i++) {
    if (matchedA[i] === 0) continue
    while (matchedB[j] === 0) j++
    if (a.charCodeAt(i) !== b.charCodeAt(j)) misplaced++
    j++
  }
  return misplaced / 2
}
