/**
 * 53 bits of a text, as a number that JSON and both databases keep exactly. Not cryptographic: two texts that meet by
 * accident cost one needless comparison, and what was found is always compared by value. `under` another hash the same
 * text is another key.
 */
export const hash = (text: string, under = 0): number => {
  let high = 0xdeadbeef ^ under
  let low = 0x41c6ce57 ^ (under / 2 ** 32)
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    high = Math.imul(high ^ char, 2654435761)
    low = Math.imul(low ^ char, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}
