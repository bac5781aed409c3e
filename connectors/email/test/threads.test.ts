import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Headers, MailParts } from "@interchannel/connector/mail"
import * as Effect from "effect/Effect"
import { beforeAll, describe, expect, it } from "vitest"
import type { Mail } from "../src/wire.ts"
import { dovecot, INSTALLED_WITHIN_MS, installed } from "./dovecot.ts"
import { accountOf, apiOf, pull } from "./reading.ts"

const folder = join(import.meta.dirname, "../../../../shared/vendors/samples/email")
const START = Date.UTC(2026, 4, 4, 9)
const documented = existsSync(folder)
if (!documented) console.log("not checked, since the threads that Dovecot found are not on this machine")

/** Where we differ from RFC 5256's REFERENCES on purpose. Copies with the same Message-ID count as one mail beforehand. */
const explained = [
  {
    why: "an answer puts an id that is nowhere before the mail that began the thread; a mail is placed by what it says itself",
    apart: /threading-ghost-root/
  },
  { why: "the references stand in the wrong order, the youngest first", apart: /threading-parent-priority-cur/ },
  { why: "the same mail twice, without a Message-ID: one mail", apart: /mimetools-(?:ak-0696|mp-msg-rfc822)/ }
]

interface Oracle {
  readonly sets: Readonly<Record<string, { readonly uids: Readonly<Record<string, string>>; readonly REFS: string }>>
}

/** `(1 2 (3)(4 5))(6)`: the numbers of each outermost bracket. */
const threadsIn = (text: string): ReadonlyArray<ReadonlyArray<number>> => {
  const threads: Array<Array<number>> = []
  let depth = 0
  for (const [token] of text.matchAll(/[()]|\d+/g)) {
    if (token === "(") {
      if (depth++ === 0) threads.push([])
    } else if (token === ")") depth--
    else threads.at(-1)!.push(Number(token))
  }
  return threads
}

/** Threads that share a mail are one; each as the sorted names of its mails. */
const joined = (threads: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const groups: Array<Set<string>> = []
  for (const thread of threads) {
    const touched = groups.filter((group) => thread.some((name) => group.has(name)))
    for (const group of touched) groups.splice(groups.indexOf(group), 1)
    groups.push(new Set([...thread, ...touched.flatMap((group) => [...group])]))
  }
  return groups.map((group) => [...group].sort().join(" ")).sort()
}

const groupBy = (mails: ReadonlyArray<Mail>, of: (mail: Mail) => string): ReadonlyMap<string, ReadonlyArray<Mail>> => {
  const groups = new Map<string, Array<Mail>>()
  for (const mail of mails) groups.set(of(mail), [...(groups.get(of(mail)) ?? []), mail])
  return groups
}

const nameOf = (mail: Mail, file: string): string => Headers.ids(mail.headers, "message-id")[0] ?? file

beforeAll(installed, INSTALLED_WITHIN_MS)

describe("threads are those that a real mail server finds", () => {
  for (const set of ["lkml", "notmuch", "all"]) {
    it(`in the set ${set}, but for what is explained`, { timeout: 120_000 }, async () => {
      if (!documented) return
      const { sets } = JSON.parse(readFileSync(join(folder, "threads-dovecot.json"), "utf8")) as Oracle
      const { uids, REFS } = sets[set]!
      const there = Object.entries(uids).filter(([, file]) => existsSync(join(folder, file)))
      const items = await Effect.runPromise(Effect.scoped(read(set, there)))
      expect(items.length).toBe(there.length)
      const nameAt = new Map(
        items.map((item) => [Number(there[item.uid - 1]![0]), nameOf(item, there[item.uid - 1]![1])])
      )
      const threads = groupBy(items, (item) => MailParts.threadRef(item).id)
      const ours = joined(
        [...threads.values()].map((mails) => mails.map((mail) => nameOf(mail, there[mail.uid - 1]![1])))
      )
      const theirs = joined(
        threadsIn(REFS)
          .map((thread) => thread.flatMap((uid) => nameAt.get(uid) ?? []))
          .filter((thread) => thread.length > 0)
      )
      const filesOf = (thread: string): ReadonlyArray<string> =>
        there.flatMap(([uid, file]) => (thread.split(" ").includes(nameAt.get(Number(uid))!) ? [file] : []))
      const unexplained = [
        ...ours.filter((one) => !theirs.includes(one)),
        ...theirs.filter((one) => !ours.includes(one))
      ]
        .map(filesOf)
        .filter((files) => !explained.some(({ apart }) => files.every((file) => apart.test(file))))
      expect(unexplained).toEqual([])
      console.log(
        `${set}: ${items.length} mails, ${ours.length} threads, ${ours.filter((one) => theirs.includes(one)).length} as Dovecot has them`
      )
    })
  }
})

const read = (user: string, files: ReadonlyArray<readonly [string, string]>) =>
  Effect.gen(function* () {
    const server = yield* dovecot
    const client = yield* server.client(user)
    for (const [index, [, file]] of files.entries()) {
      const text = readFileSync(join(folder, file))
        .toString("latin1")
        .replace(/^From [^\n]*\n/, "")
      const source = Buffer.from(text.replace(/\r?\n/g, "\r\n"), "latin1")
      yield* Effect.promise(() => client.append("INBOX", source, [], new Date(START + index * 1000)))
    }
    return (yield* Effect.provide(pull("INBOX"), apiOf(accountOf(user, server)))).items
  })
