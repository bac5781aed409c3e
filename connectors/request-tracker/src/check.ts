/** What an admin wants to know: is our token good, are the queues there, do they have the custom fields that we write. */
import { Finding, Http, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { RequestTrackerApi } from "./api.ts"
import { KEY_FIELD, TEXT_FIELD } from "./entry.ts"
import { About, Queue } from "./wire.ts"

export const check = Effect.gen(function* () {
  const { get, settings, staff } = yield* RequestTrackerApi
  const { Version } = yield* get(About, "rt", "/rt")
  const people = yield* staff
  const queues = yield* Effect.forEach(settings.queues ?? [], (name) =>
    Effect.map(queueNamed(name), (queue) =>
      queue === undefined
        ? bad(`there is no queue ${name}, or it is not shown to us`, "correct settings.queues")
        : good(`queue ${name} is read`)
    )
  )
  return [
    good(`signed in to Request Tracker ${Version}; ${people.size} privileged users are own people`),
    ...(settings.queues === undefined ? [good("all queues that our user may see are read")] : queues),
    ...(yield* lacking).map(({ what }) => Finding.onApproval(what))
  ]
})

/** Makes the history queue and the custom fields. Nothing that is there is changed. */
export const prepare = Effect.gen(function* () {
  const { send } = yield* RequestTrackerApi
  return yield* Effect.forEach(yield* lacking, ({ what, path, body }) =>
    Effect.as(send(`${path.slice(1)}.create`, "POST", path, body), good(what.replace("is missing", "is made")))
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const { bad, good } = Finding

const queueNamed = (name: string) =>
  Effect.flatMap(RequestTrackerApi, ({ get }) =>
    VendorError.unlessGone(get(Queue, "queues.get", Http.path`/queue/${name}`))
  )

interface Lacking {
  readonly what: string
  readonly path: "/queue" | "/customfield"
  readonly body: object
}

/** In the order in which it can be made. A field made for the queue 0 is one of all queues. */
const lacking = Effect.gen(function* () {
  const { historyQueue, cardField, queues } = (yield* RequestTrackerApi).settings
  const field = (Name: string, Type: string, queue: string | 0): Lacking => ({
    what: `custom field ${Name} of ${queue === 0 ? "all queues" : `queue ${queue}`} is missing`,
    path: "/customfield",
    body: { Name, Type, MaxValues: 1, Queue: queue }
  })
  const missing: Array<Lacking> = []
  if (historyQueue !== undefined) {
    const queue = yield* queueNamed(historyQueue)
    const body = { Name: historyQueue, Description: "What happened on other channels, one ticket each" }
    if (queue === undefined) missing.push({ what: `queue ${historyQueue} is missing`, path: "/queue", body })
    const fields = fieldsIn(queue)
    if (!fields.has(KEY_FIELD)) missing.push(field(KEY_FIELD, "FreeformSingle", historyQueue))
    if (!fields.has(TEXT_FIELD)) missing.push(field(TEXT_FIELD, "Text", historyQueue))
  }
  if (cardField !== undefined) {
    const [first = "General"] = queues ?? []
    if (!fieldsIn(yield* queueNamed(first)).has(cardField)) missing.push(field(cardField, "Text", 0))
  }
  return missing
})

const fieldsIn = (queue: typeof Queue.Type | undefined): ReadonlySet<string> =>
  new Set((queue?.TicketCustomFields ?? []).map(({ name }) => name))
