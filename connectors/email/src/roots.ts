/** Finds where a thread began for mails whose headers do not say it, by looking for earlier mails in the mailbox. */
import type { VendorError } from "@interchannel/connector"
import { Headers, type Mail as Mails, Thread } from "@interchannel/connector/mail"
import * as Effect from "effect/Effect"
import type { SearchObject } from "imapflow"
import { type Box, EmailApi, sentFolder } from "./api.ts"
import { keyOf, type Mail } from "./wire.ts"

/** Hits of one search that are looked at; subjects repeat. */
const HITS_MAX = 10
/** From answer to answered, where each names only the one before. */
const STEPS_MAX = 10
/** The same people writing about the same subject later than this mean something else. */
const SAME_MATTER_MS = 30 * 24 * 3_600_000

type Reading<A> = Effect.Effect<A, VendorError.VendorError, EmailApi>

/** The mails, each with its root where one was found. */
export const rooted = (mails: ReadonlyArray<Mail>): Reading<ReadonlyArray<Mail>> =>
  Effect.gen(function* () {
    const { settings } = yield* EmailApi
    const open = mails.flatMap((mail) => {
      const clue = Thread.clueOf(mail, settings.address)
      return clue === undefined ? [] : [{ mail, clue }]
    })
    if (open.length === 0) return mails
    const sent = yield* sentFolder
    const roots = new Map<string, string>()
    for (const { mail, clue } of open) {
      const folders = [...new Set([mail.folder, ...(sent === undefined ? [] : [sent])])]
      const root = yield* follow(mail, clue, folders)
      if (root !== undefined) roots.set(keyOf(mail), root)
    }
    return mails.map((mail) => {
      const root = roots.get(keyOf(mail))
      return root === undefined ? mail : { ...mail, root }
    })
  })

const { baseSubject, field, ids, mailboxes } = Headers

// ---------------------------------------------------------------------------------------------------------------------

/** From answer to answered. Mails that answer each other in a ring are a thread too: it is named after one of them. */
const follow = (mail: Mail, clue: Thread.Clue, folders: ReadonlyArray<string>): Reading<string | undefined> =>
  Effect.gen(function* () {
    const passed = new Set(ids(mail.headers, "message-id").slice(0, 1))
    let next = clue
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const found = yield* lookUp(mail, next, folders)
      if (found === undefined) break
      const [id] = ids(found, "message-id")
      const root = Thread.rootIn(found)
      if (root === undefined || root === id || ids(found, "references").length > 0) return root
      if (id !== undefined) passed.add(id)
      if (passed.has(root)) return [...passed].sort()[0]
      next = { _tag: "Id", id: root }
    }
    return next._tag === "Id" ? next.id : undefined
  })

const lookUp = (mail: Mail, clue: Thread.Clue, folders: ReadonlyArray<string>): Reading<Mails.Headers | undefined> =>
  Effect.gen(function* () {
    const { within } = yield* EmailApi
    for (const folder of folders) {
      const found = yield* within(folder, (box) => inFolder(box, mail, clue))
      if (found !== undefined) return found
    }
    return undefined
  })

const inFolder = (
  box: Box,
  mail: Mail,
  clue: Thread.Clue
): Effect.Effect<Mails.Headers | undefined, VendorError.VendorError> =>
  Effect.gen(function* () {
    const hits = yield* box.search(questionOf(mail, clue))
    const uids = hits.slice(0, HITS_MAX).filter((uid) => box.folder !== mail.folder || uid !== mail.uid)
    if (uids.length === 0) return undefined
    // Servers search loosely: each hit is looked at again.
    const candidates = yield* box.mails(uids)
    return candidates.find((candidate) => fits(candidate, mail, clue))?.headers
  })

const questionOf = (mail: Mail, clue: Thread.Clue): SearchObject => {
  switch (clue._tag) {
    case "Id":
      return { header: { "message-id": clue.id } }
    case "Piece":
      return { header: { "message-id": clue.piece } }
    case "Subject":
      return {
        subject: clue.subject,
        or: [{ from: clue.from }, { to: clue.from }],
        ...(clue.isWhole && mail.receivedAt > SAME_MATTER_MS
          ? { since: new Date(mail.receivedAt - SAME_MATTER_MS) }
          : {})
      }
  }
}

const fits = (candidate: Mail, mail: Mail, clue: Thread.Clue): boolean => {
  const id = ids(candidate.headers, "message-id")[0]
  if (clue._tag === "Id") return id === clue.id
  // On its way through address books and servers an address may lose its capitals.
  if (clue._tag === "Piece") return id?.toLowerCase().includes(clue.piece.toLowerCase()) === true
  const subject = field(candidate.headers, "subject") ?? ""
  const people = ["from", "to", "cc"].flatMap((name) => mailboxes(candidate.headers, name))
  return (
    candidate.receivedAt <= mail.receivedAt &&
    people.some(({ address }) => address === clue.from) &&
    (clue.isWhole ? baseSubject(subject) === clue.subject : subject.includes(clue.subject))
  )
}
