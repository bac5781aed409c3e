/** What is wrong in a configuration: the key, what it is, what to do. It never shows a value that could be a secret. */
import * as Data from "effect/Data"

export interface Problem {
  /** `connections.support-eu.credentials.botToken` */
  readonly key: string
  readonly what: string
  readonly remedy: string
}

/** Takes a problem; the loading goes on, so that all of them are told at once. */
export type Report = (key: string, what: string, remedy: string) => void

/** The first problem at a key explains those that follow from it. */
export const collector = (): { readonly problems: ReadonlyArray<Problem>; readonly report: Report } => {
  const problems: Array<Problem> = []
  return {
    problems,
    report: (key, what, remedy) => {
      if (!problems.some((problem) => problem.key === key)) problems.push({ key, what, remedy })
    }
  }
}

/** A misspelt key would silently leave its default in force. */
export const onlyKnown = (
  key: string,
  value: object | undefined,
  known: ReadonlyArray<string>,
  report: Report
): void => {
  for (const name of Object.keys(value ?? {})) {
    if (known.includes(name)) continue
    const remedy = `remove it or correct it to one of ${known.join(", ")}`
    report(key === "" ? name : `${key}.${name}`, "it is not known here", remedy)
  }
}

/** A configuration that cannot be run, with all that is wrong in it. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{
  readonly problems: ReadonlyArray<Problem>
}> {
  override get message(): string {
    return this.problems.map(format).join("\n")
  }
}

/** One line a problem, for terminals and logs. */
export const format = ({ key, what, remedy }: Problem): string => `${key}: ${what}; ${remedy}`
