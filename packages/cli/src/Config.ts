/**
 * Reads `interchannel.config.ts`. Whatever is wrong with it comes out as problems: a place or key, what is wrong, and the
 * remedy. What comes with the command can be imported without being installed beside the file.
 */
import { existsSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { readFile } from "node:fs/promises"
import { type Configuration, Installation, Problem } from "@interchannel/runtime"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { beside, type Environment } from "./environment.ts"

export interface Loaded {
  /** Absolute. */
  readonly file: string
  readonly folder: string
  /** The path of its store is absolute. */
  readonly installation: Installation.Installation
}

export class ConfigError extends Data.TaggedError("ConfigError")<{
  /** As the person named it. */
  readonly file: string
  readonly problems: ReadonlyArray<Problem.Problem>
}> {
  override get message(): string {
    return `${this.file}: ${this.problems.map(Problem.format).join("\n")}`
  }
}

/** Reads the file anew each time; a relative path begins at `from`. */
export const load = (file: string, environment: Environment, from = "."): Effect.Effect<Loaded, ConfigError> =>
  Effect.gen(function* () {
    const path = resolve(from, file)
    const folder = dirname(path)
    const configuration = yield* evaluate(path, file)
    const loaded = Installation.load(configuration, beside(folder, environment))
    if (Either.isLeft(loaded)) return yield* new ConfigError({ file, problems: loaded.left })
    const { store } = loaded.right
    const installation =
      "sqlite" in store ? { ...loaded.right, store: { sqlite: resolve(folder, store.sqlite) } } : loaded.right
    return { file: path, folder, installation }
  })

/** Where the store's files are, and with them the control file: beside the configuration when the store is elsewhere. */
export const storeFolder = ({ folder, installation: { store } }: Loaded): string =>
  "sqlite" in store ? dirname(store.sqlite) : folder

// ---------------------------------------------------------------------------------------------------------------------

/** Modules that come with the command, for configurations in folders without any. */
const bundled: Readonly<Record<string, () => Promise<unknown>>> = {
  "@interchannel/cli": () => import("./index.ts"),
  "@interchannel/runtime": () => import("@interchannel/runtime"),
  "@interchannel/connector": () => import("@interchannel/connector"),
  "@interchannel/domain": () => import("@interchannel/domain"),
  "@interchannel/connector-slack": () => import("@interchannel/connector-slack"),
  "@interchannel/connector-hubspot": () => import("@interchannel/connector-hubspot"),
  "@interchannel/connector-twilio": () => import("@interchannel/connector-twilio"),
  "@interchannel/connector-email": () => import("@interchannel/connector-email")
}

const problem = (file: string, key: string, what: string, remedy: string) =>
  new ConfigError({ file, problems: [{ key, what, remedy }] })

const evaluate = (path: string, file: string): Effect.Effect<Configuration, ConfigError> =>
  Effect.gen(function* () {
    if (!existsSync(path)) {
      return yield* problem(file, file, "there is no such file", "run `interchannel init`, or name it with --config")
    }
    const module = yield* Effect.tryPromise({
      try: () => importFresh(path),
      catch: (cause) => failure(file, path, cause)
    })
    const given = (module as { readonly default?: unknown }).default
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      return yield* problem(
        file,
        basename(file),
        "it exports no configuration",
        "end it with `export default defineConfig({ … })`"
      )
    }
    return given as Configuration
  })

const importFresh = async (path: string): Promise<unknown> => {
  const { createJiti } = await import("jiti")
  const text = await readFile(path, "utf8")
  const virtualModules: Record<string, unknown> = {}
  for (const [name, load] of Object.entries(bundled)) {
    if (text.includes(`"${name}"`) && !isInstalled(dirname(path), name)) virtualModules[name] = await load()
  }
  // Without its cache, so that a changed file is read again by a running daemon.
  return createJiti(path, { moduleCache: false, fsCache: false, interopDefault: false, virtualModules }).import(path)
}

/** Is it installed in the folder or one above? What a shell variable adds to Node's search does not count. */
const isInstalled = (folder: string, name: string): boolean =>
  existsSync(join(folder, "node_modules", name, "package.json")) ||
  (dirname(folder) !== folder && isInstalled(dirname(folder), name))

const failure = (file: string, path: string, cause: unknown): ConfigError => {
  const error = (cause instanceof Error ? cause : new Error(String(cause))) as NodeJS.ErrnoException
  const { message, stack = "", code } = error
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1]
  if (missing !== undefined && (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND")) {
    return missing.startsWith(".") || missing.startsWith("/")
      ? problem(file, basename(file), `it imports ${missing}, which is not there`, "correct the path")
      : problem(file, basename(file), `it imports ${missing}, which is not installed`, `npm install ${missing}`)
  }
  const syntax = /^(?:ParseError|SyntaxError): (.+?)\s*\n?\s*\S*?:(\d+):(\d+)/s.exec(message)
  if (syntax !== null) {
    const [, what = "", line, column] = syntax
    return problem(
      file,
      `${basename(file)}:${line}:${column}`,
      `it is not TypeScript: ${what.trim()}`,
      "correct this line"
    )
  }
  const place = stack.split("\n").find((line) => line.includes(path))
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(place ?? "") ?? []
  const key = line === undefined ? basename(file) : `${basename(file)}:${line}:${column}`
  return problem(file, key, `it fails: ${message.split("\n")[0]}`, "correct this line")
}
