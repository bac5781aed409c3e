/** The configuration that the daemon of the simulated company runs with. */
import { Installation, Problem } from "@interchannel/runtime"
import * as Either from "effect/Either"
import { secretOf } from "./Post.ts"
import * as FieldStory from "./FieldStory.ts"
import type { Trouble } from "./Trouble.ts"
import { chat } from "./vendors/chat.ts"
import { crm } from "./vendors/crm.ts"
import { desk } from "./vendors/desk.ts"
import { form } from "./vendors/form.ts"
import { mail } from "./vendors/mail.ts"
import { sendingKept, sendingUnseen } from "./vendors/outbox.ts"
import { phone } from "./vendors/phone.ts"
import type { Wire } from "./Wire.ts"
import { ownerOf, type World } from "./World.ts"

/** Where entries and cards are written. */
export const writable = ["crm", "desk", "chat"] as const

export const installation = (
  world: World,
  wire: Wire,
  { trouble, now }: { readonly trouble: Trouble; readonly now: () => number }
): Installation.Installation => {
  // A process keeps the code that it was started with.
  const isWrong = world.isMappingWrong
  const mapping = { textOf: (text: string) => (isWrong ? text.replace(/^\w+/, "Wrong") : text) }
  const of = (id: string) => ({ credentials: { secret: secretOf(id) } })
  const loaded = Installation.load(
    {
      own: { domains: ["example.org"] },
      defaultRegion: "US",
      connections: {
        chat: { ...of("chat"), connector: chat("chat", world.chats.chat, wire, mapping), destination: { cards: true } },
        "chat-b": { ...of("chat-b"), connector: chat("chat-b", world.chats["chat-b"], wire, mapping) },
        phone: {
          ...of("phone"),
          connector: phone(world.phone, wire, world.saysMessages ? [sendingUnseen(world.outboxes.phone, now)] : [])
        },
        mail: {
          ...of("mail"),
          connector: mail(world.mail, wire, {
            book: world.customers,
            actions: world.saysMessages ? [sendingKept(world.outboxes.mail, now)] : []
          })
        },
        form: { ...of("form"), connector: form(wire) },
        crm: {
          ...of("crm"),
          connector: crm(world.offices.crm, wire, {
            failsInBatch: () => trouble.happens("part of a batch fails"),
            hasFields: world.keepsFields
          }),
          destination: {
            writesPerHourMax: 1_000_000,
            settleMs: 1_500,
            ...(world.keepsFields ? { fields: FieldStory.policies } : {})
          }
        },
        desk: {
          ...of("desk"),
          connector: desk(world.offices.desk, wire, { now, ownerOf: ownerOf(world) }),
          destination: {
            withoutRecord: world.createsRecords ? "create" : "wait",
            writesPerHourMax: 1_000_000,
            settleMs: 1_500
          }
        }
      }
    },
    {}
  )
  if (Either.isLeft(loaded)) throw new Error(loaded.left.map(Problem.format).join("\n"))
  return loaded.right
}
