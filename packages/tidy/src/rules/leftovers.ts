/** Nothing unfinished, personal or silent stays behind. */
import type { Rule } from "../Tree.ts"

/** The line of each place where a pattern is found. */
const lines = (text: string, pattern: RegExp): ReadonlyArray<{ readonly line: number; readonly found: string }> =>
  text.split("\n").flatMap((content, index) => {
    const found = pattern.exec(content)
    return found === null ? [] : [{ line: index + 1, found: found[0].trim() }]
  })

const notRun =
  /\b(it|test|describe|suite|bench|layer)(\.\w+)*\.(skip|only|todo|skipIf|runIf|fails)\b|\b(x|f)(it|describe|test)\(|\b(ctx|context|task)\.skip\(/

export const testsRun: Rule = {
  promise: "every test runs and none runs alone",
  problems: ({ sources }) =>
    sources
      .filter(({ path }) => /\.(test|suite|soak|bench)\.tsx?$/.test(path) || /\/(test|testing)\//.test(path))
      .filter(({ path }) => !path.startsWith("packages/tidy/"))
      .flatMap(({ path, text }) => lines(text, notRun).map(({ line, found }) => `${path}:${line}: ${found}`))
}

const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented/

export const finished: Rule = {
  promise: "nothing is marked as unfinished",
  problems: ({ sources }) =>
    sources
      .filter(({ path }) => !path.startsWith("packages/tidy/"))
      .flatMap(({ path, comments, strings }) =>
        [...comments, ...strings].flatMap(({ line, text }) =>
          lines(text, unfinished).map((it) => `${path}:${line + it.line - 1}: ${it.found}`)
        )
      )
}

/** What may not stand in any file, and why. */
const unwelcome: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /\bregistry\.(?!localhost|example)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/i,
    "names a registry; leave that to each machine"
  ],
  [/^\s*(@[\w-]+:)?registry\s*=/i, "chooses a registry; leave that to each machine"],
  [/\btarball:\s*['"]?https?:/, "pins a download to a host; the integrity hash is enough"],
  [/(?<![\w./:>-])\/(home|Users|root|work)\/[\w.-]+/, "is a path of one machine"],
  [/\b(white|black)-?list/i, "say allow list or deny list"],
  [/\blorem ipsum\b/i, "write the text"],
  [/\bcoming soon\b/i, "say what is there"]
]

export const welcome: Rule = {
  promise: "files speak of the product alone",
  problems: ({ files }) =>
    [...files]
      .filter(([path]) => !path.startsWith("packages/tidy/"))
      .flatMap(([path, text]) =>
        unwelcome.flatMap(([pattern, why]) =>
          lines(text, pattern).map(({ line, found }) => `${path}:${line}: "${found}" ${why}`)
        )
      )
}
