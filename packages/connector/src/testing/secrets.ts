/** Finds what is redacted, so that a check can look for it where it must not stand. */
import * as Redacted from "effect/Redacted"

/** A shorter one turns up in innocent text. */
const SECRET_LENGTH_MIN = 6

/** Every redacted text in decoded credentials, at any depth. */
export const secretsIn = (value: unknown): ReadonlyArray<string> => {
  if (Redacted.isRedacted(value)) {
    const secret = Redacted.value(value)
    return typeof secret === "string" && secret.length >= SECRET_LENGTH_MIN ? [secret] : []
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsIn) : []
}

/** A value with all its fields, as a log would show it. */
export const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each instanceof Error ? { ...each, name: each.name, message: each.message } : each
  ) ?? "undefined"
