/** Reads an OpenAPI 3.0 or 3.1 document as JSON Schema 2020-12, and finds the operation that a call belongs to. */

export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export interface Operation {
  /** `POST /crm/objects/{type}`. */
  readonly name: string
  /** Where it stands in the document. */
  readonly pointer: ReadonlyArray<string>
  readonly parameters: ReadonlyArray<Parameter>
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly pointer: ReadonlyArray<string>
}

export interface Document {
  readonly root: JsonObject
  /** `undefined` when no path of the document fits. */
  readonly find: (method: string, path: string) => Operation | undefined
  /** The object at a pointer, its `$ref`s followed, with the pointer where it really stands. */
  readonly at: (pointer: ReadonlyArray<string>) => Located | undefined
}

export interface Located {
  readonly value: JsonObject
  readonly pointer: ReadonlyArray<string>
}

export const read = (text: string): Document => {
  const raw = JSON.parse(text) as JsonObject
  const version = String(raw["openapi"] ?? "")
  if (!version.startsWith("3.")) throw new Error(`an OpenAPI 3 document is needed, this is ${version || "none"}`)
  const root = (version.startsWith("3.0") ? modern(raw) : raw) as JsonObject
  const at = (pointer: ReadonlyArray<string>) => locate(root, pointer)
  const bases = [...new Set(["", ...list(root["servers"]).map(basePath)])]
  const routes = Object.keys(object(root["paths"])).map((template) => ({ template, pattern: patternOf(template) }))
  const find = (method: string, path: string): Operation | undefined => {
    const fitting = bases
      .filter((base) => path.startsWith(base))
      .flatMap((base) => routes.filter(({ pattern }) => pattern.test(path.slice(base.length))))
      .sort((a, b) => variables(a.template) - variables(b.template))
    const found = fitting.map(({ template }) => operationOf(at, template, method)).find((it) => it !== undefined)
    return found ?? fitting.map(({ template }) => onlyOperation(at, template)).find((it) => it !== undefined)
  }
  return { root, find, at }
}

/** As a JSON pointer in a URI fragment (RFC 6901 §6). */
export const fragment = (pointer: ReadonlyArray<string>): string =>
  `#/${pointer.map((piece) => encodeURIComponent(piece.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`

export const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

export const list = (value: Json | undefined): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

// ---------------------------------------------------------------------------------------------------------------------

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"]
const REFS_MAX = 32

const basePath = (server: Json): string => {
  const url = String(object(server)["url"] ?? "")
  const path = URL.canParse(url) ? new URL(url).pathname : url
  return path.replace(/\/$/, "")
}

const variables = (template: string): number => template.split("{").length

const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]*\}/g, "[^/]+")}$`)

const locate = (root: JsonObject, pointer: ReadonlyArray<string>, refs = 0): Located | undefined => {
  let value: Json | undefined = root
  for (const [index, piece] of pointer.entries()) {
    const here = locateRef(object(value), refs)
    if (here !== undefined) return locate(root, [...here, ...pointer.slice(index)], refs + 1)
    value = Array.isArray(value) ? value[Number(piece)] : object(value)[piece]
    if (value === undefined) return undefined
  }
  const elsewhere = locateRef(object(value), refs)
  return elsewhere === undefined ? { value: object(value), pointer } : locate(root, elsewhere, refs + 1)
}

const locateRef = ({ $ref }: JsonObject, refs: number): ReadonlyArray<string> | undefined => {
  if (typeof $ref !== "string") return undefined
  if (!$ref.startsWith("#/") || refs >= REFS_MAX)
    throw new Error(`${$ref} leads out of the document or round in a circle`)
  return $ref
    .slice(2)
    .split("/")
    .map((piece) => decodeURIComponent(piece).replaceAll("~1", "/").replaceAll("~0", "~"))
}

type At = Document["at"]

const operationOf = (at: At, template: string, method: string): Operation | undefined => {
  const verb = method.toLowerCase()
  const pointer = ["paths", template, verb]
  if (at(pointer) === undefined) return undefined
  const parameters = [...parametersAt(at, ["paths", template]), ...parametersAt(at, pointer)]
  return { name: `${verb.toUpperCase()} ${template}`, pointer, parameters }
}

/** Some vendors take POST where they document GET: a path with one operation leaves no doubt. */
const onlyOperation = (at: At, template: string): Operation | undefined => {
  const verbs = METHODS.filter((verb) => at(["paths", template, verb]) !== undefined)
  return verbs.length === 1 ? operationOf(at, template, verbs[0]!) : undefined
}

const parametersAt = (at: At, pointer: ReadonlyArray<string>): ReadonlyArray<Parameter> =>
  list(at(pointer)?.value["parameters"]).flatMap((_, index) => {
    const located = at([...pointer, "parameters", String(index)])
    if (located === undefined) return []
    const { name, in: place, required } = located.value
    return [
      { name: String(name), in: String(place), required: required === true, pointer: [...located.pointer, "schema"] }
    ]
  })

/** OpenAPI 3.0 says `nullable` and boolean `exclusiveMinimum` where JSON Schema has types and numbers. */
const modern = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(modern)
  if (typeof value !== "object" || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, modern(field as Json)]))
  return nullable(bounded(fields))
}

const bounded = (fields: JsonObject): JsonObject => {
  const changed: Record<string, Json> = { ...fields }
  for (const [limit, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"]
  ] as const) {
    if (typeof fields[exclusive] !== "boolean") continue
    delete changed[exclusive]
    if (fields[exclusive] === true && fields[limit] !== undefined) {
      changed[exclusive] = fields[limit]
      delete changed[limit]
    }
  }
  return changed
}

const nullable = ({ nullable: isNullable, ...schema }: JsonObject): JsonObject => {
  // A property that is called so is a schema, not a flag.
  if (typeof isNullable !== "boolean") return isNullable === undefined ? schema : { ...schema, nullable: isNullable }
  if (!isNullable) return schema
  const { type, enum: values } = schema
  if (typeof type !== "string") return { anyOf: [schema, { type: "null" }] }
  return { ...schema, type: [type, "null"], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) }
}
