/**
 * How pushes travel from the vendors to the daemon's intake: late, twice, or never, each on its own way. Whoever pushes tries
 * again until it is told that the push was taken, unless it got lost.
 */
import type { Delivery } from "@interchannel/connector"
import { Receiver } from "@interchannel/runtime"
import { createHmac } from "node:crypto"
import type { Dice } from "./Dice.ts"
import type { Log } from "./Log.ts"
import type { Time } from "./Time.ts"
import type { Trouble } from "./Trouble.ts"

/** Takes a delivery; calls back once it is stored, never when the process died on the way. */
export type Door = (path: string, delivery: Delivery.Delivery, taken: () => void) => void

export interface Post {
  /** `isCertain`: nothing else tells of it, so the vendor tries until it is taken. */
  readonly push: (connection: string, items: ReadonlyArray<unknown>, options?: { readonly isCertain?: boolean }) => void
  /** Pushes that a vendor still tries to bring. */
  readonly waiting: () => ReadonlyArray<string>
  readonly taken: () => number
}

interface Options {
  readonly time: Time
  readonly trouble: Trouble
  readonly dice: Dice
  readonly log: Log
  readonly door: () => Door | undefined
  /** A vendor that nobody reaches reaches nobody. */
  readonly isDown: (connection: string) => boolean
}

const TRIES_MAX = 500
const AGAIN_MS = 3_000
/** Up to about an hour between two tries. */
const DOUBLINGS_MAX = 10

export const make = ({ time, trouble, dice, log, door, isDown }: Options): Post => {
  let deliveries = 0
  let underWay = 0
  let taken = 0
  const attempt = (connection: string, delivery: Delivery.Delivery, tries: number, isTaken: { yes: boolean }) => {
    if (isTaken.yes || tries >= TRIES_MAX) return
    if (!isDown(connection))
      door()?.(Receiver.pathOf(connection, "pushed"), { ...delivery, receivedAt: time.now() }, () => {
        if (!isTaken.yes) {
          underWay -= 1
          taken += 1
        }
        isTaken.yes = true
      })
    const waitMs = AGAIN_MS * 2 ** Math.min(tries, DOUBLINGS_MAX)
    time.after(waitMs, () => attempt(connection, delivery, tries + 1, isTaken))
  }
  return {
    push: (connection, items, { isCertain = false } = {}) => {
      if (!isCertain && (isDown(connection) || trouble.happens("lost push"))) {
        log.say(connection, () => "a push is lost")
        return
      }
      const body = Buffer.from(JSON.stringify({ delivery: `d${++deliveries}`, items }))
      const signature = createHmac("sha256", secretOf(connection)).update(body).digest("hex")
      const delivery: Delivery.Delivery = {
        method: "POST",
        url: "https://intake.example.com/",
        headers: { "content-type": "application/json", "x-signature": signature },
        body,
        receivedAt: 0
      }
      const times = trouble.happens("duplicate push") ? 2 : 1
      for (let copy = 0; copy < times; copy++) {
        const late = trouble.happens("late push") ? trouble.dice("late push").between(1_000, 40_000) : 0
        underWay += 1
        time.after(dice.between(5, 500) + late, () => attempt(connection, delivery, 0, { yes: false }))
      }
    },
    waiting: () => (underWay === 0 ? [] : [`${underWay} pushes`]),
    taken: () => taken
  }
}

export const secretOf = (connection: string): string => `secret of ${connection}`
