/**
 * Does a stand-in's traffic look as the vendor describes it? Requests and answers of a log, against an OpenAPI 3 document.
 * Needs the packages `ajv` and `ajv-formats`.
 *
 *   const described = await SpecCheck.load("specs/acme.json")   // undefined, and a line on the console, where there is none
 *   expect(described?.check(emulator.log).problems ?? []).toEqual([])
 */
import { existsSync, readFileSync } from "node:fs"
import type { Logged } from "./Emulator.ts"
import * as OpenApi from "./openapi.ts"

export interface Report {
  readonly exchanges: number
  /** `POST /crm/objects/{type}`, those that were called. */
  readonly operations: ReadonlyArray<string>
  /** What is not as described: each once. */
  readonly problems: ReadonlyArray<string>
  /** Fields and arguments that the document does not have: each once. Documents that were cut leave some out. */
  readonly undocumented: ReadonlyArray<string>
}

export interface Options {
  /** Exchanges to leave out: what a check made wrong on purpose. */
  readonly except?: (logged: Logged) => boolean
  /** The path as the document writes it, for URLs that the vendor hands out and the stand-in serves in a place of its own. */
  readonly path?: (logged: Logged) => string
}

export interface SpecCheck {
  readonly check: (log: ReadonlyArray<Logged>, options?: Options) => Report
}

/** Reads a document; where the file is not there, says so and gives `undefined`. */
export const load = async (file: string): Promise<SpecCheck | undefined> => {
  if (existsSync(file)) return make(readFileSync(file, "utf8"))
  console.log(`not compared with the vendor's description, which is not on this machine: ${file}`)
  return undefined
}

export const make = async (text: string): Promise<SpecCheck> => {
  const document = OpenApi.read(text)
  const schemas = { exact: await compiler(document, false), textual: await compiler(document, true) }
  return { check: (log, options = {}) => check({ document, schemas }, log, options) }
}

/** No more than so many are reported of each sort. */
export const REPORTED_MAX = 200

// ---------------------------------------------------------------------------------------------------------------------

/** What is wrong with a value by the schema at a pointer; `textual`: values come as text, numbers and all. */
type Judge = (pointer: ReadonlyArray<string>, value: unknown) => ReadonlyArray<string>
interface Description {
  readonly document: OpenApi.Document
  readonly schemas: { readonly exact: Judge; readonly textual: Judge }
}
interface Finding {
  readonly problems: ReadonlyArray<string>
  readonly undocumented: ReadonlyArray<string>
}
const nothing: Finding = { problems: [], undocumented: [] }

const compiler = async ({ root }: OpenApi.Document, textual: boolean): Promise<Judge> => {
  const { Ajv2020 } = await import("ajv/dist/2020.js")
  const formats = (await import("ajv-formats")).default as unknown as (to: InstanceType<typeof Ajv2020>) => void
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    allErrors: true,
    logger: false,
    coerceTypes: textual,
    validateFormats: true
  })
  formats(ajv)
  ajv.addSchema(root, "document")
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
  return (pointer, value) => {
    const $ref = `document${OpenApi.fragment(pointer)}`
    const validate = compiled.get($ref) ?? ajv.compile({ $ref })
    compiled.set($ref, validate)
    const data: unknown = textual ? structuredClone(value) : value
    return validate(data)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath || "the whole"} ${error.message}`)
  }
}

const check = (description: Description, log: ReadonlyArray<Logged>, { except, path }: Options): Report => {
  const operations = new Set<string>()
  const problems = new Set<string>()
  const undocumented = new Set<string>()
  const exchanges = log.filter((logged) => except?.(logged) !== true)
  for (const logged of exchanges) {
    const place = path?.(logged) ?? logged.path
    const operation = description.document.find(logged.method, place)
    if (operation === undefined) {
      problems.add(`${logged.method} ${place} is not described`)
      continue
    }
    operations.add(operation.name)
    for (const finding of [request(description, operation, logged), answer(description, operation, logged)]) {
      for (const problem of finding.problems) problems.add(`${operation.name} ${problem}`)
      for (const extra of finding.undocumented) undocumented.add(`${operation.name} ${extra}`)
    }
  }
  return {
    exchanges: exchanges.length,
    operations: [...operations].sort(),
    problems: [...problems].slice(0, REPORTED_MAX),
    undocumented: [...undocumented].slice(0, REPORTED_MAX)
  }
}

const request = (description: Description, operation: OpenApi.Operation, logged: Logged): Finding => {
  const isForm = logged.requestType?.startsWith("application/x-www-form-urlencoded") === true
  const form = isForm ? fieldsOf(logged.request) : {}
  const body = description.document.at([...operation.pointer, "requestBody"])
  const inBody = body === undefined ? undefined : contentOf(body.value, logged.requestType)
  // Where the document has no body, the fields of a form are arguments like those of a query.
  const given = { ...fieldsOf(logged.query), ...(inBody === undefined ? form : {}) }
  const argued = joined(
    given,
    operation.parameters.filter(({ in: place }) => place === "query"),
    description
  )
  if (body === undefined || logged.request === "") {
    const missing = body?.value["required"] === true ? ["request: the body is missing"] : []
    return { ...argued, problems: [...argued.problems, ...missing] }
  }
  if (inBody === undefined) {
    return isForm
      ? argued
      : { ...argued, problems: [...argued.problems, `request: ${logged.requestType} is not described`] }
  }
  const pointer = [...body.pointer, "content", inBody, "schema"]
  const sent = isForm ? unpacked(description.document, pointer, form) : parsed(logged.request)
  const judge = isForm ? description.schemas.textual : description.schemas.exact
  return {
    problems: [...argued.problems, ...judge(pointer, sent).map((problem) => `request: ${problem}`)],
    undocumented: [...argued.undocumented, ...extras(description.document, pointer, sent, "request")]
  }
}

/** Arguments against the parameters that the operation has. */
const joined = (
  given: Readonly<Record<string, unknown>>,
  parameters: ReadonlyArray<OpenApi.Parameter>,
  { schemas, document }: Description
): Finding => ({
  problems: [
    ...parameters
      .filter(({ name, required }) => required && !(name in given))
      .map(({ name }) => `argument ${name} is missing`),
    ...parameters.flatMap(({ name, pointer }) =>
      name in given && document.at(pointer) !== undefined
        ? schemas
            .textual(pointer, unpack(document, pointer, given[name]))
            .map((problem) => `argument ${name}: ${problem}`)
        : []
    )
  ],
  undocumented: Object.keys(given)
    .filter((name) => !parameters.some((parameter) => parameter.name === name))
    .map((name) => `argument ${name}`)
})

/** Faults whose answer is none of the vendor's. */
const unnatural = ["status", "echo", "malformed", "reset", "timeoutAfterCommit"]

const answer = ({ document, schemas }: Description, operation: OpenApi.Operation, logged: Logged): Finding => {
  if (logged.status === 0 || (logged.fault !== undefined && unnatural.includes(logged.fault))) return nothing
  const responses = document.at([...operation.pointer, "responses"])
  const code = [String(logged.status), `${String(logged.status)[0]}XX`, "default"].find(
    (candidate) => responses !== undefined && candidate in responses.value
  )
  const response = code === undefined ? undefined : document.at([...operation.pointer, "responses", code])
  if (response === undefined) return { ...nothing, problems: [`answer: status ${logged.status} is not described`] }
  const type = contentOf(response.value, logged.responseType)
  if (type === undefined || logged.response === "") return nothing
  const pointer = [...response.pointer, "content", type, "schema"]
  if (document.at(pointer) === undefined || !type.includes("json")) return nothing
  const data = parsed(logged.response)
  return {
    problems: schemas.exact(pointer, data).map((problem) => `answer ${logged.status}: ${problem}`),
    undocumented: extras(document, pointer, data, `answer ${logged.status}`)
  }
}

/** The media type of the document that a body of this type has. */
const contentOf = (described: OpenApi.JsonObject, type: string | undefined): string | undefined => {
  const types = Object.keys(OpenApi.object(described["content"]))
  const plain = type?.split(";")[0]?.trim().toLowerCase() ?? ""
  return types.find((candidate) => candidate === plain) ?? types.find((candidate) => candidate === "*/*")
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The last of a name that comes several times is a list of all. */
const fieldsOf = (text: string): Readonly<Record<string, unknown>> => {
  const search = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(search.keys())].map((name) => {
      const all = search.getAll(name)
      return [name, all.length === 1 ? all[0] : all]
    })
  )
}

const unpacked = (
  document: OpenApi.Document,
  pointer: ReadonlyArray<string>,
  form: Readonly<Record<string, unknown>>
) =>
  Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name, unpack(document, [...pointer, "properties", name], value)])
  )

/** Lists and objects travel in forms as JSON, or with commas. */
const unpack = (document: OpenApi.Document, pointer: ReadonlyArray<string>, value: unknown): unknown => {
  const types = [document.at(pointer)?.value["type"]].flat()
  if (typeof value !== "string" || !(types.includes("array") || types.includes("object"))) return value
  const data = parsed(value)
  return typeof data === "object" ? data : types.includes("array") ? value.split(",") : value
}

/** Fields that a closed look at the schema does not know, as deep as plain objects and lists go. */
const extras = (
  document: OpenApi.Document,
  pointer: ReadonlyArray<string>,
  data: unknown,
  path: string
): ReadonlyArray<string> => {
  const schema = document.at(pointer)
  if (schema === undefined || typeof data !== "object" || data === null) return []
  if (Array.isArray(data)) {
    return data.flatMap((item) => extras(document, [...schema.pointer, "items"], item, `${path}[]`))
  }
  const open = ["allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties"].some(
    (word) => word in schema.value
  )
  const known = OpenApi.object(schema.value["properties"])
  if (open || Object.keys(known).length === 0) return []
  return Object.entries(data).flatMap(([name, field]) =>
    name in known
      ? extras(document, [...schema.pointer, "properties", name], field, `${path}.${name}`)
      : [`${path}.${name}`]
  )
}
