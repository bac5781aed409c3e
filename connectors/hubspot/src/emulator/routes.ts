/** HubSpot's paths, who may call them, and what they are called in the log and by faults. */
import type { Emulator, Faults } from "@interchannel/connector/testing"
import { type ObjectType, typeOf } from "../objects.ts"
import * as account from "./account.ts"
import * as associations from "./associations.ts"
import * as journal from "./journal.ts"
import * as objects from "./objects.ts"
import type { Pace } from "./pace.ts"
import { notFound, Refusal } from "./Refusal.ts"
import { search } from "./search.ts"
import type { Portal, Source } from "./State.ts"
import type { World } from "./World.ts"

interface Ways {
  readonly pageItems: number
  readonly indexLagMs: number
  readonly pace: Pace | undefined
  /** The stand-in's own address. */
  readonly url: () => string
  /** Leaves a fault for the next call of another operation. */
  readonly passOn: (operation: string, fault: Faults.Fault) => void
}

interface Context {
  readonly world: World
  readonly portal: Portal
  readonly call: Emulator.Call
  readonly by: Source
  readonly pageItems: number
}
type Handle = (context: Context) => Emulator.Reply

const VERSION = "2026-09"
const JOURNAL = "2026-03"

export const routes = (world: World, ways: Ways): ReadonlyArray<Emulator.Route> => {
  const route = (
    method: string,
    path: string,
    operation: Emulator.Route["operation"],
    handle: Handle,
    who: typeof accountOf = accountOf
  ): Emulator.Route => ({
    method,
    path,
    operation,
    handle: (call) => {
      const name = typeof operation === "string" ? operation : operation(call)
      return answering(world, ways, call, name, who, handle)
    }
  })
  /** A path below an object type. */
  const object = (
    method: string,
    path: string,
    operation: string | ((call: Emulator.Call) => string),
    handle: (asked: objects.Asked) => Emulator.Reply
  ): Emulator.Route =>
    route(
      method,
      `/crm/objects/${VERSION}/:type${path}`,
      (call) => `${call.params["type"]}.${typeof operation === "string" ? operation : operation(call)}`,
      (context) => handle({ ...context, type: typeIn(context.call) })
    )
  const between = (method: string, path: string, operation: string, handle: Handle): Emulator.Route =>
    route(
      method,
      `/crm/associations/${VERSION}/:from/:to${path}`,
      (call) => `${call.params["from"]}.${operation}`,
      handle
    )
  const property = (method: string, path: string, operation: string, handle: (asked: Context) => Emulator.Reply) =>
    route(method, `/crm/properties/${VERSION}/:type${path}`, (call) => `${call.params["type"]}.${operation}`, handle)
  const journalPath = (path: string, where: "earliest" | "latest" | "next") =>
    route(
      "GET",
      `/webhooks-journal/journal-local/${JOURNAL}${path}`,
      "journal.next",
      (context) => journal.pointer({ ...context, url: ways.url() }, where),
      appOf
    )
  const singleAssociation = `/:id/associations/:to/:toId`
  return [
    object("GET", "", (call) => (call.query.get("archived") === "true" ? "archived" : "list"), objects.list),
    object("POST", "", "create", objects.create),
    object("POST", "/search", "search", (asked) => search(asked, ways.indexLagMs)),
    object("POST", "/merge", "merge", objects.merge),
    object("POST", "/gdpr-delete", "gdprDelete", objects.gdprDelete),
    object("POST", "/batch/read", "read", objects.batchRead),
    object("POST", "/batch/create", "batchCreate", objects.batchCreate),
    object("POST", "/batch/update", "update", objects.batchUpdate),
    object("POST", "/batch/upsert", "upsert", objects.batchUpsert),
    object("POST", "/batch/archive", "batchArchive", objects.batchArchive),
    object("GET", "/:id", "get", objects.get),
    object("PATCH", "/:id", "patch", objects.update),
    object("DELETE", "/:id", "archive", objects.archive),
    object("PUT", singleAssociation, "associate", (asked) =>
      associations.put({ ...asked, call: fromType(asked.call) })
    ),
    object("DELETE", singleAssociation, "dissociate", (asked) =>
      associations.remove({ ...asked, call: fromType(asked.call) })
    ),
    between("POST", "/batch/create", "associate", associations.batchCreate),
    between("POST", "/batch/archive", "dissociate", associations.batchArchive),
    between("POST", "/batch/read", "associations", associations.batchRead),
    between("GET", "/labels", "labels", associations.labels),
    property("POST", "/groups", "group", account.createGroup),
    property("GET", "", "properties", account.listProperties),
    property("POST", "", "property", account.createProperty),
    property("GET", "/:name", "property", account.getProperty),
    route("GET", `/crm/owners/${VERSION}`, "owners.list", account.listOwners),
    {
      method: "POST",
      path: `/oauth/${VERSION}/token`,
      operation: "oauth.token",
      handle: (call) => {
        // A token has no cursor: the fault is meant for the call that the token is fetched for.
        if (call.fault?._tag === "expireCursor") ways.passOn("journal.next", call.fault)
        return refusable(() => account.appToken(world, call))
      }
    },
    journalPath("/earliest", "earliest"),
    journalPath("/latest", "latest"),
    journalPath("/offset/:offset/next", "next"),
    route("GET", `/webhooks-journal/subscriptions/${JOURNAL}`, "journal.subscriptions", journal.subscriptions, appOf),
    route("POST", `/webhooks-journal/subscriptions/${JOURNAL}`, "journal.subscribe", journal.subscribe, appOf),
    {
      method: "GET",
      path: "/_files/journal/:portal/:file",
      operation: "journal.file",
      handle: (call) => {
        const portal = world.state.portals.find(({ portalId }) => String(portalId) === call.params["portal"])
        return portal === undefined ? { status: 404, body: "" } : journal.file({ world, portal, call })
      }
    }
  ]
}

// ---------------------------------------------------------------------------------------------------------------------

const tokenOf = (call: Emulator.Call): string => call.headers["authorization"]?.replace(/^Bearer /, "") ?? ""

const accountOf = (world: World, call: Emulator.Call): Portal | undefined =>
  world.state.portals.find(({ accessToken, revoked }) => !revoked && accessToken === tokenOf(call))

const appOf = (world: World, call: Emulator.Call): Portal | undefined =>
  world.state.portals.find(
    ({ appTokens, revoked }) =>
      !revoked && appTokens.some(({ token, until }) => token === tokenOf(call) && until > call.at)
  )

const answering = (
  world: World,
  ways: Ways,
  call: Emulator.Call,
  operation: string,
  who: typeof accountOf,
  handle: Handle
): Emulator.Reply => {
  const portal = who(world, call)
  if (portal === undefined)
    return new Refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.").reply
  const { pace, pageItems } = ways
  const tooMuch = pace?.take(portal.portalId, operation, call.at)
  if (tooMuch !== undefined) return tooMuch
  const by: Source = { changeSource: "INTEGRATION", sourceId: String(portal.appId) }
  const reply = refusable(() => handle({ world, portal, call, by, pageItems }))
  return { ...reply, headers: { ...pace?.headers(portal.portalId, operation, call.at), ...reply.headers } }
}

const refusable = (run: () => Emulator.Reply): Emulator.Reply => {
  try {
    return run()
  } catch (cause) {
    if (cause instanceof Refusal) return cause.reply
    throw cause
  }
}

const typeIn = (call: Emulator.Call): ObjectType => {
  const type = typeOf(call.params["type"] ?? "")
  if (type === undefined) throw notFound(`object type ${call.params["type"]}`)
  return type
}

const fromType = (call: Emulator.Call): Emulator.Call => ({
  ...call,
  params: { ...call.params, from: call.params["type"] ?? "" }
})
