/** Forms on a web site: nothing can be read, everything is pushed, and pushed again until it is taken. */
import { Connector, Webhook } from "@interchannel/connector"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import type { Wire } from "../Wire.ts"
import { facts, pushing } from "./Api.ts"

const Item = Schema.Struct({
  id: Schema.NonEmptyString,
  at: Schema.Int,
  email: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  text: Schema.String
})

export const form = (wire: Wire) =>
  Connector.make("form", {
    ...facts("form", wire),
    webhooks: [
      Webhook.make("pushed", {
        ...pushing,
        item: Item,
        normalize: (item) => {
          const email = Handle.email(item.email, { verified: true })
          const sender = Ref.local("sender", item.email)
          return [
            Part.contact({
              ref: sender,
              kind: "address",
              version: Version.make(0),
              fields: { name: { full: item.name }, ...(email === undefined ? {} : { handles: [email] }) }
            }),
            Part.interaction({
              ref: Ref.local("form", item.id),
              version: Version.make(item.at),
              fields: {
                kind: "form",
                direction: "inbound",
                startedAt: item.at,
                text: item.text,
                participants: [{ contact: sender, name: item.name }],
                details: {}
              }
            })
          ]
        }
      })
    ]
  })
