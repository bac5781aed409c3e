/** Plain text within a vendor's limits. */

/** At most so many characters, the last an ellipsis where something is missing; no character is split. */
export const cut = (text: string, charactersMax: number): string =>
  text.length <= charactersMax
    ? text
    : `${text.slice(0, Math.max(0, charactersMax - 1)).replace(/[\uD800-\uDBFF]$/, "")}…`

/** The words of a text: lists of names that read better in a row than one below the other. */
export const words = (text: string): ReadonlyArray<string> => text.split(/\s+/).filter((word) => word !== "")
