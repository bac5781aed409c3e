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
  /** Of these, what comes from numbers and mailboxes: two of one household may share them without anybody knowing. */
  reachable: number
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
  reachable: 0,
  beyondName: 0,
  place: 0,
  household: false,
  parts: explained ? [] : undefined
})

/** Values are put into words only when somebody wants to see them. */
type Shown = string | ReadonlyArray<string>

export const add = (tally: Tally, field: string, level: string, bits: number, a?: Shown, b?: Shown): void => {
  tally.bits += bits
  if (tally.parts === undefined) return
  tally.parts.push({
    field,
    level,
    bits,
    ...(a === undefined ? {} : { a: text(a) }),
    ...(b === undefined ? {} : { b: text(b) })
  })
}

const text = (shown: Shown): string => (typeof shown === "string" ? shown : shown.join(" "))
