/**
 * When a number or mailbox was whose. Numbers are given to somebody else once they have rested: a new name after a long
 * silence is a new owner, and says nothing against what the former one did with it.
 */
import type { Features } from "../features/Features.ts"

type Known = Pick<Features, "since" | "at">

/** Carriers let a number rest for months; within a year a new name is rather another one in the household. */
const SILENCE_YEARS = 1
const YEAR_MS = 365.25 * 24 * 60 * 60 * 1000

/** Years between what is known of two contacts, once they are a long silence; else, or when it is not known, 0. */
export const silence = (a: Known, b: Known): number => {
  if (a.at === 0 || b.at === 0) return 0
  const years = Math.max(a.since - b.at, b.since - a.at) / YEAR_MS
  return years < SILENCE_YEARS ? 0 : years
}

/** What is known of several together. */
export const span = (contacts: ReadonlyArray<Known>): Known => ({
  since: Math.min(...contacts.map(({ since }) => since)),
  // When of one nothing is known, of all there is not.
  at: contacts.some(({ at }) => at === 0) ? 0 : Math.max(...contacts.map(({ at }) => at))
})
