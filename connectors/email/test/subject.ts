/** The stand-in for a mail host with hands for the conformance suite. */
import { EmulatorClock, type Subject } from "@interchannel/connector/testing"
import { Ref } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { startEmail } from "../src/emulator.ts"
import { keyOf } from "../src/wire.ts"

export const START = Date.UTC(2026, 4, 4, 9)
const PAGE_MAILS = 3

export const subject = Effect.gen(function* () {
  const host = yield* startEmail({ clock: EmulatorClock.manual(START) })
  const { world } = host
  const accounts = [host.accounts[0]!, host.accounts[1]!] as const
  let made = 0
  const item = (index: 0 | 1 = 0, references: ReadonlyArray<string> = []) => {
    const number = ++made
    const { folder, message, messageId } = world.deliver(accounts[index], {
      from: `Person ${number} <person${number}@example.org>`,
      subject: `Question ${number}`,
      text: `Where is order ${number}?`,
      references
    })
    return { key: keyOf({ uidValidity: String(folder.uidValidity), uid: message.uid }), messageId }
  }
  const asked = item()
  const inbox = world.folder(accounts[0], "INBOX")!
  const uidOf = (key: string): number => Number(key.split("/")[1])
  const written = (key: string) => host.canonical().filter((mail) => mail.key === key)
  return {
    emulator: host,
    accounts: accounts.map((account) => {
      const { credentials, settings } = host.configured(account)
      return { credentials, settings: { ...settings, pageMails: PAGE_MAILS }, expireToken: () => host.revoke(account) }
    }) as unknown as Subject["accounts"],
    play: {
      item: async (feed, account) => ({ feed, key: item(account).key, ...(account === undefined ? {} : { account }) }),
      // Somebody marks it as spam.
      remove: async ({ key }) => world.flag(inbox, uidOf(key), (flags) => [...flags, "$Junk"]),
      manyAtOneInstant: async (_, n) => {
        for (let count = 0; count < n; count++) item()
      }
    },
    pageItems: () => PAGE_MAILS,
    heard: { idle: "mails" },
    actions: {
      SendMessage: {
        input: (n) => ({ key: `send-${n}`, conversation: Ref.local("thread", asked.messageId), text: `Answer ${n}` }),
        landed: (key) => written(key).length,
        content: written
      }
    }
  } satisfies Subject
})
