/** What is written to Twilio: a message to a customer, and what is known of a caller, into the task that an agent gets. */
import { Action, Timeline, VendorError, Wire } from "@interchannel/connector"
import { Handle, Instant, type LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { call, type Doing, fail, settings } from "./api.ts"
import { messageRef } from "./normalize.ts"
import { attributesOf, taskRef } from "./tasks.ts"
import { Message, Task } from "./wire.ts"

/** The task attribute that is ours: `task.attributes.interchannel.title` in a worker's screen. */
export const ATTRIBUTE = "interchannel"
/** Twilio cuts no text: it refuses a longer one. */
const BODY_LENGTH_MAX = 1_600

/** Twilio has no key to send with, and a message carries nothing to find it again by. The same text may be meant twice. */
export const sendMessage = Action.SendMessage.with({
  idempotency: "none",
  batchMax: 1,
  operation: "messages.create",
  lacks: Action.needs(
    "sender",
    "set settings.sender to one of the account's numbers or to the SID of a messaging service"
  ),
  write: Action.each(({ existing, to, text }) =>
    Effect.gen(function* () {
      const { sender } = yield* settings
      const number = to?.kind === "phone" ? Handle.numberOf(to.value) : undefined
      if (existing !== undefined) return yield* refused("unchangeable", "a message that was sent cannot be changed")
      if (number === undefined) return yield* refused("no_addressee", "no telephone number to send to is given")
      if (sender === undefined) return yield* refused("no_sender", "set settings.sender")
      if (text.length > BODY_LENGTH_MAX) {
        return yield* refused("too_long", `the text has ${text.length} characters; ${BODY_LENGTH_MAX} are allowed`)
      }
      const form = {
        To: sender.startsWith("whatsapp:") ? `whatsapp:${number}` : number,
        [sender.startsWith("MG") ? "MessagingServiceSid" : "From"]: sender,
        Body: text
      }
      const answer = yield* call("messages.create", "api", "/Messages.json", { form })
      return { ref: messageRef((yield* answer.decoded(Message)).sid) }
    })
  )
})

/** The card stands in one attribute of the task; written again with the same key it is the same card. */
export const showContext = Action.ShowContext.with({
  idempotency: "vendor key",
  batchMax: 1,
  operation: "tasks.update",
  beside: ["task"],
  write: Action.each(({ conversation, existing, card, key }) =>
    changeTask(existing ?? conversation, (attributes) => {
      if (existing !== undefined && keyOf(attributes) !== key) return undefined
      return { ...attributes, [ATTRIBUTE]: { key, ...shown(card) } }
    })
  ),
  remove: (ref) =>
    Effect.asVoid(
      VendorError.unlessGone(
        changeTask(ref, (attributes) => {
          const { [ATTRIBUTE]: _, ...rest } = attributes
          return rest
        })
      )
    )
})

// ---------------------------------------------------------------------------------------------------------------------

type Attributes = Readonly<Record<string, unknown>>

const refused = (code: string, detail: string) => fail.rejected("messages.create", code, detail)

/** Our key in a task. */
export const keyOf = (attributes: Attributes): unknown => Wire.field(attributes[ATTRIBUTE], "key")

/** Reads, changes, and writes only if nobody wrote meanwhile: flows and agents keep their own attributes there. */
const changeTask = (ref: LocalRef, change: (attributes: Attributes) => Attributes | undefined): Doing<Action.Written> =>
  Effect.gen(function* () {
    const [, workspace, task] = /^(WS\w+)\/(WT\w+)$/.exec(ref.id) ?? []
    if (ref.kind !== "task" || workspace === undefined || task === undefined) {
      return yield* fail.rejected("tasks.update", "no_task", `${ref.kind} ${ref.id} is no task of TaskRouter`)
    }
    const path = `/v1/Workspaces/${workspace}/Tasks/${task}`
    const read = yield* call("tasks.get", "taskrouter", path)
    const attributes = attributesOf((yield* read.decoded(Task)).attributes)
    const changed = change(attributes)
    if (changed === undefined) return yield* fail.gone("tasks.update", "somebody took our card out of the task")
    const etag = read.headers["etag"]
    yield* call("tasks.update", "taskrouter", path, {
      ...(etag === undefined ? {} : { headers: { "if-match": etag } }),
      form: { Attributes: JSON.stringify(changed) }
    })
    return { ref: taskRef(workspace, task) }
  })

/** Attributes as a whole are small, and others need their part of them. */
const shown = (card: Timeline.Card) => {
  const { recent, ...rest } = Timeline.smallCard(card, { facts: 8, recent: 5, characters: 160 })
  return { ...rest, recent: recent.map((event) => ({ ...event, at: Instant.toIso(event.at) })) }
}
