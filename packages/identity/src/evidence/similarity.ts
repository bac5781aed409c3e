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
  if (Math.abs(a.length - b.length) > most) return most + 1
  let start = 0
  let endA = Math.min(a.length, LENGTH_MAX)
  let endB = Math.min(b.length, LENGTH_MAX)
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--
    endB--
  }
  return bandedEdits(a, start, endA, b, endB, most)
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

/** Only cells within `most` of the diagonal can end within `most`. */
const bandedEdits = (a: string, start: number, endA: number, b: string, endB: number, most: number): number => {
  const lengthB = endB - start
  let before = rows[0]!
  let above = rows[1]!
  let row = rows[2]!
  for (let j = 0; j <= lengthB; j++) above[j] = j
  for (let i = 1; i <= endA - start; i++) {
    const from = Math.max(1, i - most)
    const to = Math.min(lengthB, i + most)
    row[from - 1] = from === 1 ? i : most + 1
    let least = row[from - 1]!
    const charA = a.charCodeAt(start + i - 1)
    for (let j = from; j <= to; j++) {
      const charB = b.charCodeAt(start + j - 1)
      let cost = above[j - 1]! + (charA === charB ? 0 : 1)
      if (j < i + most && above[j]! + 1 < cost) cost = above[j]! + 1
      if (row[j - 1]! + 1 < cost) cost = row[j - 1]! + 1
      if (i > 1 && j > 1 && charA === b.charCodeAt(start + j - 2) && a.charCodeAt(start + i - 2) === charB) {
        if (before[j - 2]! + 1 < cost) cost = before[j - 2]! + 1
      }
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return most + 1
    ;[before, above, row] = [above, row, before]
  }
  return Math.min(above[lengthB]!, most + 1)
}
