/** Plain text within a vendor's limits. */

/** At most so many characters, the last an ellipsis where something is missing; no character is split. */
export const cut = (text: string, charactersMax: number): string =>
  text.length <= charactersMax
    ? text
    : `${text.slice(0, Math.max(0, charactersMax - 1)).replace(/[\uD800-\uDBFF]$/, "")}…`

/** One line of it: white space is one space; control characters, and those that turn the writing direction, are gone. */
export const line = (text: string): string =>
  text
    .replace(/[\u202a-\u202e\u2066-\u2069]|(?!\s)\p{Cc}/gu, "")
    .replace(/\s+/gu, " ")
    .trim()

/** The words of a text: lists of names that read better in a row than one below the other. */
export const words = (text: string): ReadonlyArray<string> => text.split(/\s+/).filter((word) => word !== "")
