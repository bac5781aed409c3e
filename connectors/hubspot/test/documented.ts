/** HubSpot's own description of its API, where this machine has it: the shapes of requests and answers, and samples. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Emulator } from "@interchannel/connector/testing"

const folder = join(import.meta.dirname, "../../../../shared/vendors")

/** Runs `test` when the descriptions are there; says so when they are not. */
export const whenDocumented = (what: string, test: () => void): (() => void) =>
  existsSync(folder)
    ? test
    : () => console.log(`not checked, since HubSpot's descriptions are not on this machine: ${what}`)

export const document = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"))

/** The part of OpenAPI 3.0 that the description uses. */
interface Shape {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly enum?: ReadonlyArray<unknown>
  readonly allOf?: ReadonlyArray<Shape>
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | Shape
  readonly items?: Shape
}
interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Shape }>>
}
interface Operation {
  readonly parameters?: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: Shape
  }>
  readonly requestBody?: Media
  readonly responses: Readonly<Record<string, Media>>
}
export interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Shape>> }
}

/** What is wrong with an exchange; empty when it is as described. */
export const misfits = (api: Api, logged: Emulator.Logged): ReadonlyArray<string> => {
  const { method, path } = logged
  const operation = operationOf(
    api,
    method.toLowerCase(),
    path.startsWith("/_files/journal/") ? "/_journal_file" : path
  )
  if (operation === undefined) return [`${method} ${path} is not described`]
  return [...requestMisfits(api, operation, logged), ...answerMisfits(api, operation, logged)].map(
    (problem) => `${logged.operation} ${logged.status}: ${problem}`
  )
}

/** What is wrong with a value; `path` is where it stands. */
export const shapeMisfits = (api: Api, shape: Shape, value: unknown, path: string): ReadonlyArray<string> => {
  if (shape.$ref !== undefined) {
    return shapeMisfits(api, api.components.schemas[shape.$ref.split("/").at(-1)!]!, value, path)
  }
  if (value === null && shape.nullable === true) return []
  if (shape.allOf !== undefined) return shapeMisfits(api, together(shape.allOf), value, path)
  if (shape.type !== undefined && !isOf(shape.type, value)) {
    return [`${path} is ${JSON.stringify(value)}, not ${shape.type}`]
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) return [`${path} is none of ${shape.enum.join(", ")}`]
  if (shape.format === "date-time" && Number.isNaN(Date.parse(String(value)))) return [`${path} is no time`]
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (shape.items ? shapeMisfits(api, shape.items, item, `${path}.${index}`) : []))
  }
  return typeof value === "object" && value !== null ? fieldMisfits(api, shape, value, path) : []
}

// ---------------------------------------------------------------------------------------------------------------------

const operationOf = (api: Api, method: string, path: string): Operation | undefined => {
  const pieces = path.split("/")
  const fits = (template: string): boolean => {
    const wanted = template.split("/")
    return wanted.length === pieces.length && wanted.every((piece, at) => piece.startsWith("{") || piece === pieces[at])
  }
  // A path that is spelt out comes before one with a variable in its place.
  const found = Object.entries(api.paths).filter(([template, methods]) => fits(template) && method in methods)
  const variables = (template: string) => template.split("{").length
  return found.sort(([a], [b]) => variables(a) - variables(b))[0]?.[1][method]
}

const requestMisfits = (api: Api, operation: Operation, logged: Emulator.Logged): ReadonlyArray<string> => {
  const query = new URLSearchParams(logged.query)
  const known = (operation.parameters ?? []).filter((parameter) => parameter.in === "query")
  const body = operation.requestBody?.content?.["application/json"]?.schema
  const isFile = logged.path.startsWith("/_files/")
  return [
    ...known
      .filter(({ name, required }) => required === true && !query.has(name))
      .map(({ name }) => `the parameter ${name} is missing`),
    ...(isFile ? [] : [...query.keys()])
      .filter((name) => !known.some((parameter) => parameter.name === name))
      .map((name) => `there is no parameter ${name}`),
    ...(body === undefined ? [] : shapeMisfits(api, body, JSON.parse(logged.request), "request"))
  ]
}

/** Faults answer what they like; the stand-in's own answers are described. */
const answerMisfits = (api: Api, operation: Operation, logged: Emulator.Logged): ReadonlyArray<string> => {
  const isOwn = logged.fault === undefined || ["duplicate", "reorder", "stale", "cap", "delay"].includes(logged.fault)
  if (!isOwn || logged.status === 0) return []
  const described = operation.responses[String(logged.status)] ?? operation.responses["default"]
  if (described === undefined) return [`the status ${logged.status} is not described`]
  const shape = described.content?.["application/json"]?.schema
  return shape === undefined ? [] : shapeMisfits(api, shape, JSON.parse(logged.response), "answer")
}

const together = (shapes: ReadonlyArray<Shape>): Shape => ({
  type: "object",
  properties: Object.assign({}, ...shapes.map(({ properties }) => properties)),
  required: shapes.flatMap(({ required = [] }) => required)
})

const isOf = (type: string, value: unknown): boolean => {
  if (type === "array") return Array.isArray(value)
  if (type === "integer") return Number.isInteger(value)
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value)
  return typeof value === type
}

const fieldMisfits = (api: Api, shape: Shape, value: object, path: string): ReadonlyArray<string> => [
  ...(shape.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`),
  ...Object.entries(value).flatMap(([name, field]) => {
    const known =
      shape.properties?.[name] ??
      (typeof shape.additionalProperties === "object" ? shape.additionalProperties : undefined)
    if (known !== undefined) return shapeMisfits(api, known, field, `${path}.${name}`)
    const isClosed = shape.additionalProperties !== true && shape.properties !== undefined
    return isClosed ? [`${path}.${name} is not described`] : []
  })
]
