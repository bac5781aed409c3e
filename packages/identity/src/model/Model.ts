/**
 * How much each likeness weighs: data with a version, so that a changed model can be compared with the one in use before
 * it is switched on. All weights are bits: log2 of how much more often a likeness is seen within one person than between two.
 */
import type { Grade } from "../features/HandleFeature.ts"

/** Fields whose common values prove less than rare ones. */
export type TermField =
  | "given"
  | "family"
  | "birth"
  | "city"
  | "suburb"
  | "postal"
  | "street"
  | "organization"
  | "birthPlace"
  | "title"

export interface Model {
  readonly version: string
  /** Contacts when it was estimated: the more there are, the likelier two strangers look alike. */
  readonly population: number
  /** Other contacts of the same person, on average: the more there are, the likelier two contacts are one person's. */
  readonly partners: number
  /** 1: another first name in the same house is another person. 0: such names are slips, they never come back. */
  readonly households: number
  /** Share of contacts with each value, for the commonest only. */
  readonly terms: { readonly [F in TermField]?: { readonly [value: string]: number } }
  /** Share of a value that is not listed. */
  readonly rare: { readonly [F in TermField]: number }
  /** Share of contacts with each first name that people of several families have; a slip of a name hardly comes that far. */
  readonly givenNames?: { readonly [name: string]: number }
  /** Chance that two contacts with the same handle are one person, while one first name has been seen with it. */
  readonly exclusivity: { readonly [G in Grade]: number }
  /** The same once two, three, four or more first names have been seen with it. */
  readonly shared: readonly [two: number, three: number, more: number]
  /** Connections whose system holds a person several times: two records there are no evidence against. */
  readonly duplicates: ReadonlyArray<string>
  /** From how many bits on two contacts are joined: 3.34 is a chance of .91. */
  readonly linkBits: number
  /** From how many bits on a link needs no second look: 6.63 is a chance of .99. */
  readonly sureBits: number
  /** From how many bits on a pair is kept for review. */
  readonly reviewBits: number
}

/** Works unattended, before anything has been counted. */
export const standard: Model = {
  version: "standard-1",
  population: 4096,
  partners: 1,
  households: 1,
  terms: {},
  rare: {
    given: 0.002,
    family: 0.0005,
    birth: 0.00004,
    city: 0.005,
    suburb: 0.001,
    postal: 0.0005,
    street: 0.0005,
    organization: 0.0005,
    birthPlace: 0.002,
    title: 0.003
  },
  exclusivity: {
    system: 0.999,
    // Two systems vouch for it: another job title alone raises no doubt.
    verified: 0.995,
    email: 0.985,
    mobile: 0.97,
    landline: 0.6,
    social: 0.97,
    cookie: 0.9,
    shared: 0.005
  },
  shared: [0.55, 0.15, 0.02],
  duplicates: [],
  linkBits: toBits(0.91),
  sureBits: toBits(0.99),
  reviewBits: -3
}

/** The same with doubt left aside: it joins only what needs no second look. */
export const sure = (model: Model): Model => ({ ...model, linkBits: model.sureBits })

/** Log2 of the odds: 0.91 → 3.34. */
export function toBits(chance: number): number {
  return Math.log2(chance / (1 - chance))
}

/** The inverse of `toBits`. */
export const toChance = (bits: number): number => 1 / (1 + 2 ** -bits)

/** Bits that any two contacts start with. */
export const priorBits = (model: Model): number => -Math.log2(model.population / model.partners)

/** The share of contacts with this value. */
export const share = (model: Model, field: TermField, value: string): number =>
  counted(model.terms[field], value) ?? model.rare[field]

/** The share of contacts with a first name that several families have; 0 when too few have been seen. */
export const givenShare = (model: Model, name: string): number => counted(model.givenNames, name) ?? 0

const counted = (shares: { readonly [value: string]: number } | undefined, value: string): number | undefined => {
  const known = shares?.[value]
  // Not `undefined`: a name may be that of something every object inherits.
  return typeof known === "number" ? known : undefined
}
