import { createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import { Either } from "effect"
import { describe, expect, it } from "vitest"
import { Installation, Receiver } from "../../src/index.ts"
import { chat, chatWorld } from "../sampleVendors/chat.ts"

const { connections } = Either.getOrThrow(
  Installation.load({ connections: { chat: { connector: chat(chatWorld()), credentials: { secret: "s" } } } }, {})
)
const judge = (path: string, delivery: Delivery.Delivery) => Receiver.judge((id) => connections.get(id), path, delivery)
const path = Receiver.pathOf("chat", "pushed")
const delivery = (text: string, secret = "s", receivedAt = 7): Delivery.Delivery => {
  const body = Buffer.from(text)
  const signature = createHmac("sha256", secret).update(body).digest("hex")
  return { method: "POST", url: `https://example.com${path}`, headers: { "x-signature": signature }, body, receivedAt }
}

describe("Receiver.judge", () => {
  it("a genuine delivery is stored as it came, under the vendor's own key", () => {
    const given = delivery('{"delivery":"d1","messages":[]}')
    expect(judge(path, given)).toEqual({
      _tag: "Store",
      incoming: {
        connection: "chat",
        source: "webhook:pushed",
        partition: "all",
        receivedAt: 7,
        lane: 0,
        contentType: "application/json",
        body: given.body,
        key: "d1"
      }
    })
  })

  it("without the vendor's key the content stands for it: the same body twice is one delivery", () => {
    const keyOf = (text: string, at: number) => {
      const judged = judge(path, delivery(text, "s", at))
      return judged._tag === "Store" ? judged.incoming.key : undefined
    }
    expect(keyOf('{"messages":[]}', 1)).toBe(keyOf('{"messages":[]}', 2))
    expect(keyOf('{"messages":[]}', 1)).not.toBe(keyOf('{"messages":[1]}', 1))
    // A body that is no JSON is genuine as well: it is stored, and set aside later with the reason.
    expect(keyOf("no JSON", 1)).toBeDefined()
  })

  it.each([
    ["signed with another secret", path, delivery("{}", "other"), 401],
    ["of no such connection", Receiver.pathOf("nobody", "pushed"), delivery("{}"), 404],
    ["for no such webhook", Receiver.pathOf("chat", "other"), delivery("{}"), 404],
    ["below the path", `${path}/more`, delivery("{}"), 404],
    ["with a path that climbs", "/webhooks/../chat/pushed", delivery("{}"), 404]
  ])("a delivery %s is refused", (_, to, given, status) => {
    expect(judge(to, given)).toMatchObject({ _tag: "Refuse", status })
  })
})
