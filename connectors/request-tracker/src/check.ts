/** What an admin wants to know: is our token good, are the queues there, do they have the custom fields that we write. */
import { Finding, Http, Setup, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { get, RequestTrackerApi, send, settings } from "./api.ts"
import { KEY_FIELD, TEXT_FIELD } from "./entry.ts"
import { About, Queue } from "./wire.ts"

export const check = Effect.gen(function* () {
  const api = yield* RequestTrackerApi
  const { queues } = api.settings
  const { Version } = yield* get(About, "rt", "/rt")
  const people = yield* api.staff
  const read = yield* Effect.forEach(queues ?? [], (name) =>
    Effect.map(queueNamed(name), (queue) =>
      queue === undefined
        ? Finding.bad(`there is no queue ${name}, or it is not shown to us`, "correct settings.queues")
        : Finding.good(`queue ${name} is read`)
    )
  )
  return [
    Finding.good(`signed in to Request Tracker ${Version}; ${people.size} privileged users are own people`),
    ...(queues === undefined ? [Finding.good("all queues that our user may see are read")] : read),
    ...(yield* Setup.check(yield* wanted))
  ]
})

/** Makes the history queue and the custom fields. Nothing that is there is changed. */
export const prepare = Effect.flatMap(
  Effect.suspend(() => wanted),
  Setup.prepare
)

// ---------------------------------------------------------------------------------------------------------------------

type Wanted = Setup.Wanted<RequestTrackerApi>

const queueNamed = (name: string) => VendorError.unlessGone(get(Queue, "queues.get", Http.path`/queue/${name}`))

const historyQueueOf = (name: string): Wanted => ({
  what: `queue ${name}`,
  look: Effect.map(queueNamed(name), (queue) => queue && Finding.good(`queue ${name} holds the entries`)),
  make: send("queue.create", "POST", "/queue", {
    Name: name,
    Description: "What happened on other channels, one ticket each"
  })
})

/** A field made for the queue 0 is one of all queues; it is looked for in one of them. */
const fieldOf = (name: string, type: string, of: string | 0, queue = String(of)): Wanted => ({
  what: `custom field ${name} of ${of === 0 ? "all queues" : `queue ${of}`}`,
  look: Effect.map(queueNamed(queue), (found) =>
    found?.TicketCustomFields?.some((field) => field.name === name) === true
      ? Finding.good(`queue ${queue} has the custom field ${name}`)
      : undefined
  ),
  make: send("customfield.create", "POST", "/customfield", { Name: name, Type: type, MaxValues: 1, Queue: of })
})

/** In the order in which it can be made. */
const wanted = Effect.map(settings, ({ historyQueue, cardField, queues: [first] = ["General"] }) => [
  ...(historyQueue === undefined
    ? []
    : [
        historyQueueOf(historyQueue),
        fieldOf(KEY_FIELD, "FreeformSingle", historyQueue),
        fieldOf(TEXT_FIELD, "Text", historyQueue)
      ]),
  ...(cardField === undefined ? [] : [fieldOf(cardField, "Text", 0, first)])
])
