/** Slack's own description of its API, where this machine has it: the shapes of requests and answers, and samples. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Emulator } from "@interchannel/connector/testing"

const folder = join(import.meta.dirname, "../../../../shared/vendors")

/** Runs `test` when the descriptions are there; says so when they are not. */
export const whenDocumented = (what: string, test: () => void): (() => void) =>
  existsSync(folder)
    ? test
    : () => console.log(`not checked, since Slack's descriptions are not on this machine: ${what}`)

export const document = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"))

export const documents = (path: string): ReadonlyArray<readonly [name: string, content: unknown]> =>
  readdirSync(join(folder, path))
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name, document(join(path, name))])

/** The part of OpenAPI 3.0 that the description uses. */
interface Shape {
  readonly $ref?: string
  readonly type?: string
  readonly nullable?: boolean
  readonly enum?: ReadonlyArray<unknown>
  readonly pattern?: string
  readonly maxLength?: number
  readonly oneOf?: ReadonlyArray<Shape>
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: unknown
  readonly items?: Shape
}
interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Shape }>>
}
interface Operation {
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly required?: boolean; readonly schema: Shape }>
  readonly requestBody?: Media
  readonly responses: Readonly<Record<string, Media & { readonly $ref?: string }>>
}
export interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Shape>>
    readonly responses: Readonly<Record<string, Media>>
  }
}

/** What is wrong with an exchange; empty when it is as described. */
export const misfits = (api: Api, logged: Emulator.Logged): ReadonlyArray<string> => {
  const operations = api.paths[`/${logged.operation}`]
  const operation = operations?.["post"] ?? operations?.["get"]
  if (operation === undefined) return [`${logged.operation} is no method of Slack`]
  const answer = logged.status === 200 || logged.status === 429 ? JSON.parse(logged.response) : undefined
  return [
    ...requestMisfits(api, operation, Object.fromEntries(new URLSearchParams(logged.request))),
    ...(answer === undefined ? [] : shapeMisfits(api, answerShape(api, operation, logged.status), answer, "answer"))
  ].map((problem) => `${logged.operation}: ${problem}`)
}

/** What is wrong with a value; `path` is where it stands. */
export const shapeMisfits = (api: Api, shape: Shape, value: unknown, path: string): ReadonlyArray<string> => {
  if (shape.$ref !== undefined) {
    return shapeMisfits(api, api.components.schemas[shape.$ref.split("/").at(-1)!]!, value, path)
  }
  if (value === null && shape.nullable === true) return []
  if (shape.oneOf !== undefined) {
    const tried = shape.oneOf.map((one) => shapeMisfits(api, one, value, path))
    return tried.some((problems) => problems.length === 0) ? [] : [`${path} fits none: ${tried.flat().join("; ")}`]
  }
  if (shape.type !== undefined && !isOf(shape.type, value))
    return [`${path} is ${JSON.stringify(value)}, not ${shape.type}`]
  if (shape.enum !== undefined && !shape.enum.includes(value)) return [`${path} is none of ${shape.enum.join(", ")}`]
  if (typeof value === "string") return textMisfits(shape, value, path)
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (shape.items ? shapeMisfits(api, shape.items, item, `${path}.${index}`) : []))
  }
  return typeof value === "object" && value !== null ? fieldMisfits(api, shape, value, path) : []
}

// ---------------------------------------------------------------------------------------------------------------------

/** The SDK sends every method as a form; what is no text is written as JSON. */
const requestMisfits = (
  api: Api,
  operation: Operation,
  form: Readonly<Record<string, string>>
): ReadonlyArray<string> => {
  const body = operation.requestBody?.content?.["application/x-www-form-urlencoded"]?.schema
  const shapes: Readonly<Record<string, Shape>> = {
    ...body?.properties,
    ...Object.fromEntries((operation.parameters ?? []).map(({ name, schema }) => [name, schema]))
  }
  const required = [
    ...(body?.required ?? []),
    ...(operation.parameters ?? []).filter((parameter) => parameter.required === true).map(({ name }) => name)
  ]
  return [
    ...required.filter((name) => !(name in form)).map((name) => `the argument ${name} is missing`),
    ...Object.entries(form).flatMap(([name, text]) => {
      const shape = shapes[name]
      if (shape === undefined) return [`there is no argument ${name}`]
      return shapeMisfits(
        api,
        shape,
        shape.type === "string" || shape.oneOf ? text : JSON.parse(text),
        `argument ${name}`
      )
    })
  ]
}

const answerShape = (api: Api, operation: Operation, status: number): Shape => {
  const given = operation.responses[String(status)]
  const answer = given?.$ref === undefined ? given : api.components.responses[given.$ref.split("/").at(-1)!]
  return answer?.content?.["application/json"]?.schema ?? {}
}

const isOf = (type: string, value: unknown): boolean => {
  if (type === "array") return Array.isArray(value)
  if (type === "integer") return Number.isInteger(value)
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value)
  return typeof value === type
}

const textMisfits = (shape: Shape, text: string, path: string): ReadonlyArray<string> => [
  ...(shape.pattern === undefined || new RegExp(shape.pattern).test(text)
    ? []
    : [`${path} does not fit ${shape.pattern}`]),
  ...(shape.maxLength === undefined || text.length <= shape.maxLength
    ? []
    : [`${path} is longer than ${shape.maxLength}`])
]

const fieldMisfits = (api: Api, shape: Shape, value: object, path: string): ReadonlyArray<string> => [
  ...(shape.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`),
  ...Object.entries(value).flatMap(([name, field]) => {
    const known = shape.properties?.[name]
    if (known !== undefined) return shapeMisfits(api, known, field, `${path}.${name}`)
    return shape.additionalProperties === false ? [`${path}.${name} is not described`] : []
  })
]
