/**
 * Takes deliveries: verified over the raw bytes, stored, committed, then answered. Judging needs no store, so that the
 * intake can commit many deliveries at once before it answers each.
 */
import { Delivery, type Webhook } from "@interchannel/connector"
import { Key } from "@interchannel/domain"
import type { Inbox } from "@interchannel/store"
import type { Installed } from "../configuration/Installation.ts"

export type Judgement =
  | { readonly _tag: "Store"; readonly incoming: Inbox.Incoming }
  | { readonly _tag: "Answer"; readonly answer: Webhook.Answer }
  | { readonly _tag: "Refuse"; readonly status: 401 | 404; readonly why: string }

/** What the intake serves: the running Connections by id. */
export type Connected = (id: string) => Installed | undefined

/** Path of a webhook below the intake's base: `/webhooks/<connection>/<webhook>`. */
export const pathOf = (connection: string, webhook: string): string => `/webhooks/${connection}/${webhook}`

const PATH = /^\/webhooks\/([a-z0-9-]{1,63})\/([A-Za-z0-9._-]{1,64})$/

export const judge = (connected: Connected, path: string, delivery: Delivery.Delivery): Judgement => {
  const [, id, name] = PATH.exec(path) ?? []
  const installed = id === undefined ? undefined : connected(id)
  const webhook = installed?.connector.webhooks.find((candidate) => candidate.name === name)
  if (installed === undefined || webhook === undefined) {
    return { _tag: "Refuse", status: 404, why: "no connection has a webhook here" }
  }
  const verdict = orElse(
    () => webhook.verifier(delivery, installed.account.credentials, delivery.receivedAt),
    () => ({ genuine: false as const, why: "the verifier cannot read it" })
  )
  if (!verdict.genuine) return { _tag: "Refuse", status: 401, why: verdict.why }
  const contentType = delivery.headers["content-type"] ?? "application/json"
  const data = Delivery.bodyData(contentType, delivery.body)
  // What a connector did not expect is stored as well: only then can anybody look at it.
  const answer = orElse(
    () => webhook.answer?.(data, delivery),
    () => undefined
  )
  if (answer !== undefined) return { _tag: "Answer", answer }
  return {
    _tag: "Store",
    incoming: {
      connection: installed.id,
      source: `webhook:${webhook.name}`,
      partition: "all",
      receivedAt: delivery.receivedAt,
      lane: 0,
      contentType,
      body: delivery.body,
      key:
        orElse(
          () => webhook.deliveryKey?.(data, delivery),
          () => undefined
        ) ?? bodyKey(delivery.body)
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** A connector's code meets whatever is sent here; that it fails must not answer for it. */
const orElse = <A, B>(read: () => A, fallback: () => B): A | B => {
  try {
    return read()
  } catch {
    return fallback()
  }
}

const bodyKey = (body: Uint8Array): string => Key.derive("d", Buffer.from(body).toString("latin1"))
