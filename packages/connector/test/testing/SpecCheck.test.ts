import type { Emulator } from "@interchannel/connector/testing"
import { SpecCheck } from "@interchannel/connector/testing"
import { describe, expect, it, vi } from "vitest"

const document = (version: string) =>
  JSON.stringify({
    openapi: version,
    servers: [{ url: "https://api.example.com/v1" }],
    paths: {
      "/people/{id}": {
        parameters: [{ $ref: "#/components/parameters/Fields" }],
        get: { responses: { "200": { $ref: "#/components/responses/Person" }, "4XX": { description: "no" } } },
        patch: {
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: {
                    age:
                      version === "3.0.3"
                        ? { type: "integer", minimum: 0, exclusiveMinimum: true }
                        : { type: "integer", exclusiveMinimum: 0 },
                    name: { type: "string" }
                  }
                }
              }
            }
          },
          responses: { "204": { description: "done" } }
        }
      },
      "/people/me": { get: { responses: { default: { description: "any" } } } },
      "/search": {
        get: {
          parameters: [
            { name: "limit", in: "query", required: true, schema: { type: "integer", maximum: 100 } },
            { name: "kinds", in: "query", schema: { type: "array", items: { enum: ["a", "b"] } } }
          ],
          responses: {
            "200": {
              content: {
                "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Person" } } }
              }
            }
          }
        }
      },
      "/messages": {
        post: {
          requestBody: {
            content: {
              "application/x-www-form-urlencoded": {
                schema: {
                  type: "object",
                  required: ["text"],
                  properties: { text: { type: "string" }, parts: { type: "array" }, silent: { type: "boolean" } }
                }
              }
            }
          },
          responses: { "200": { description: "sent" } }
        }
      }
    },
    components: {
      parameters: { Fields: { name: "fields", in: "query", schema: { type: "string" } } },
      responses: { Person: { content: { "application/json": { schema: { $ref: "#/components/schemas/Person" } } } } },
      schemas: {
        Person: {
          type: "object",
          required: ["id", "born"],
          properties: {
            id: { type: "string" },
            born:
              version === "3.0.3"
                ? { type: "string", format: "date", nullable: true }
                : { type: ["string", "null"], format: "date" },
            friend: { $ref: "#/components/schemas/Person" },
            nullable: { type: "boolean" }
          }
        }
      }
    }
  })

const logged = (exchange: Partial<Emulator.Logged>): Emulator.Logged => ({
  at: 0,
  operation: "any",
  method: "GET",
  path: "/people/p1",
  query: "",
  requestType: undefined,
  request: "",
  status: 200,
  responseType: "application/json; charset=utf-8",
  response: '{"id":"p1","born":null}',
  ...exchange
})
const patch = { method: "PATCH", requestType: "application/json", status: 204, responseType: undefined, response: "" }
const search = { path: "/search", response: "[]" }
const message = { method: "POST", path: "/messages", requestType: "application/x-www-form-urlencoded", response: "{}" }

describe.each(["3.0.3", "3.1.0"])("traffic against an OpenAPI %s document", (version) => {
  it.each<readonly [string, Partial<Emulator.Logged>]>([
    ["an answer", { response: '{"id":"p1","born":"1980-02-29","friend":{"id":"p2","born":null}}' }],
    ["a path below the server's", { path: "/v1/people/p1" }],
    ["a documented refusal", { status: 404, response: '{"anything":1}' }],
    ["the more exact of two paths", { path: "/people/me", response: '{"no":"person"}' }],
    ["a body", { ...patch, request: '{"age":1}' }],
    ["arguments", { ...search, query: "limit=100&kinds=a,b" }],
    ["a repeated argument", { ...search, query: "limit=1&kinds=a&kinds=b" }],
    [
      "arguments in a form",
      { ...search, method: "POST", requestType: "application/x-www-form-urlencoded", request: "limit=7" }
    ],
    ["a form", { ...message, request: "text=hi&silent=true&parts=%5B1%2C2%5D" }],
    ["an answer that a fault cut", { response: '{"id":', fault: "malformed" }],
    ["no answer at all", { status: 0, fault: "reset" }]
  ])("takes %s as described", async (_, exchange) => {
    const report = (await SpecCheck.make(document(version))).check([logged(exchange)])
    expect(report).toMatchObject({ exchanges: 1, problems: [], undocumented: [] })
    expect(report.operations).toHaveLength(1)
  })

  it.each<readonly [string, Partial<Emulator.Logged>, RegExp]>([
    ["a path", { path: "/houses/h1" }, /^GET \/houses\/h1 is not described$/],
    ["a method", { method: "DELETE" }, /^DELETE \/people\/p1 is not described$/],
    ["a status", { status: 500 }, /answer: status 500 is not described/],
    ["a missing field", { response: '{"id":"p1"}' }, /answer 200: the whole must have required property 'born'/],
    [
      "a wrong type deep inside",
      { response: '{"id":"p1","born":null,"friend":{"id":2,"born":null}}' },
      /\/friend\/id must be string/
    ],
    ["a wrong format", { response: '{"id":"p1","born":"long ago"}' }, /\/born must match format "date"/],
    ["a missing body", { ...patch, request: "" }, /the body is missing/],
    ["a body of another type", { ...patch, requestType: "text/plain", request: "x" }, /text\/plain is not described/],
    ["a value out of bounds", { ...patch, request: '{"age":0}' }, /\/age must be > 0/],
    ["a missing argument", { ...search, query: "" }, /argument limit is missing/],
    ["an argument out of bounds", { ...search, query: "limit=101" }, /argument limit: the whole must be <= 100/],
    [
      "an item of a list argument",
      { ...search, query: "limit=1&kinds=c" },
      /argument kinds: \/0 must be equal to one of/
    ],
    [
      "a missing form field",
      { ...message, request: "silent=true" },
      /request: the whole must have required property 'text'/
    ],
    ["a form field of another type", { ...message, request: "text=hi&silent=perhaps" }, /\/silent must be boolean/]
  ])("notices %s", async (_, exchange, problem) => {
    const report = (await SpecCheck.make(document(version))).check([logged(exchange)])
    expect(report.problems).toEqual([expect.stringMatching(problem)])
  })

  it.each<readonly [string, Partial<Emulator.Logged>, string]>([
    [
      "a field of an answer",
      { response: '{"id":"p1","born":null,"friend":{"id":"p2","born":null,"age":1}}' },
      "GET /people/{id} answer 200.friend.age"
    ],
    ["a field of a request", { ...patch, request: '{"nmae":"A"}' }, "PATCH /people/{id} request.nmae"],
    ["an argument", { query: "field=id" }, "GET /people/{id} argument field"],
    ["a form field", { ...message, request: "text=hi&loud=true" }, "POST /messages request.loud"]
  ])("lists %s that is not documented", async (_, exchange, extra) => {
    const report = (await SpecCheck.make(document(version))).check([logged(exchange)])
    expect(report).toMatchObject({ problems: [], undocumented: [extra] })
  })
})

it("leaves out what a check made wrong on purpose", async () => {
  const described = await SpecCheck.make(document("3.0.3"))
  const report = described.check([logged({ response: "{}" })], { except: ({ response }) => response === "{}" })
  expect(report).toEqual({ exchanges: 0, operations: [], problems: [], undocumented: [] })
})

it("finds a URL that the vendor handed out where the document has it", async () => {
  const described = await SpecCheck.make(document("3.0.3"))
  const path = (exchange: Emulator.Logged) => exchange.path.replace("/_files/", "/people/")
  expect(described.check([logged({ path: "/_files/p1" })], { path }).operations).toEqual(["GET /people/{id}"])
})

it("says where a description is not there, and refuses what is none", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined)
  expect(await SpecCheck.load("/nowhere/spec.json")).toBeUndefined()
  expect(said).toHaveBeenCalledWith(expect.stringContaining("/nowhere/spec.json"))
  said.mockRestore()
  await expect(SpecCheck.make('{"swagger":"2.0"}')).rejects.toThrow(/an OpenAPI 3 document is needed/)
})
