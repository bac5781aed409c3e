/** Evidence being added up: the sum, and the parts when somebody wants to see them. The parts always sum to the bits. */

export interface EvidencePart {
  /** What was compared: `name.given`, `birth`, `handle.email`, `guard.firstName`. */
  readonly field: string
  /** How alike it was: `equal`, `nickname`, `different`. */
  readonly level: string
  readonly bits: number
  readonly a?: string
  readonly b?: string
}

export interface Tally {
  bits: number
  /** Bits from what only one person has: first name, birth date, own handles. */
  personal: number
  /** Bits from anything but names. */
  beyondName: number
  /** Bits from the address. */
  place: number
  /** A handle both have is known to be used by several people. */
  household: boolean
  readonly parts: Array<EvidencePart> | undefined
}

export const make = (explained: boolean): Tally => ({
  bits: 0,
  personal: 0,
  beyondName: 0,
  place: 0,
  household: false,
  parts: explained ? [] : undefined
})

export const add = (tally: Tally, field: string, level: string, bits: number, a?: string, b?: string): void => {
  tally.bits += bits
  if (tally.parts === undefined) return
  tally.parts.push({ field, level, bits, ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })
}
