/** Finds where a thread began for mails whose headers do not say it, by looking for earlier mails in the mailbox. */
import type { VendorError } from "@interchannel/connector"
import { Headers, type Mail as Mails, Thread } from "@interchannel/connector/mail"
import * as Effect from "effect/Effect"
import type { SearchObject } from "imapflow"
import { type Box, EmailApi, sentFolder } from "./api.ts"
import { keyOf, type Mail } from "./wire.ts"

/** Hits of one search that are looked at; subjects repeat. */
const HITS_MAX = 10
/** Message-IDs that one search asks for. */
const IDS_TOGETHER_MAX = 20
/** From answer to answered, where each names only the one before. */
const STEPS_MAX = 10
/** The same people writing about the same subject later than this mean something else. */
const SAME_MATTER_MS = 30 * 24 * 3_600_000

type Reading<A> = Effect.Effect<A, VendorError.VendorError, EmailApi>

/** The mails of one folder, each with its root where one was found. */
export const rooted = (mails: ReadonlyArray<Mail>): Reading<ReadonlyArray<Mail>> =>
  Effect.gen(function* () {
    const { settings } = yield* EmailApi
    let open = mails.flatMap((mail): ReadonlyArray<Search> => {
      const clue = Thread.clueOf(mail, settings.address)
      return clue === undefined ? [] : [{ mail, clue, passed: ids(mail.headers, "message-id").slice(0, 1) }]
    })
    const [first] = open
    if (first === undefined) return mails
    const sent = yield* sentFolder
    const folders = [...new Set([first.mail.folder, ...(sent === undefined ? [] : [sent])])]
    const roots = new Map<string, string>()
    for (let steps = 0; steps < STEPS_MAX && open.length > 0; steps++) {
      const found = yield* lookUp(open, folders)
      const taken = open.map((search) => step(search, found.get(search)))
      open = taken.flatMap((next) => next.further ?? [])
      for (const { key, root } of taken) if (root !== undefined) roots.set(key, root)
    }
    return mails.map((mail) => {
      const root = roots.get(keyOf(mail))
      return root === undefined ? mail : { ...mail, root }
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

const { baseSubject, field, ids, mailboxes } = Headers

/** What is looked for on the way from answer to answered. */
interface Search {
  readonly mail: Mail
  readonly clue: Thread.Clue
  /** Message-IDs of the mails on the way. */
  readonly passed: ReadonlyArray<string>
}

interface Step {
  readonly key: string
  /** As far as it is known. */
  readonly root: string | undefined
  readonly further?: Search
}

/** Mails that answer each other in a ring are a thread too: it is named after one of them. */
const step = ({ mail, clue, passed }: Search, found: Mails.Headers | undefined): Step => {
  const key = keyOf(mail)
  if (found === undefined) return { key, root: clue._tag === "Id" ? clue.id : undefined }
  const [id] = ids(found, "message-id")
  const root = Thread.rootIn(found)
  if (root === undefined || root === id || ids(found, "references").length > 0) return { key, root }
  const way = id === undefined ? passed : [...passed, id]
  if (way.includes(root)) return { key, root: [...way].sort()[0] }
  return { key, root, further: { mail, clue: { _tag: "Id", id: root }, passed: way } }
}

/** Each folder is opened once for all that is looked for. */
const lookUp = (
  searches: ReadonlyArray<Search>,
  folders: ReadonlyArray<string>
): Reading<ReadonlyMap<Search, Mails.Headers>> =>
  Effect.gen(function* () {
    const { within } = yield* EmailApi
    const found = new Map<Search, Mails.Headers>()
    for (const folder of folders) {
      const wanted = searches.filter((search) => !found.has(search))
      if (wanted.length === 0) break
      yield* within(folder, (box) =>
        Effect.forEach(together(wanted), (some) =>
          Effect.map(inFolder(box, some), (hits) => {
            for (const [search, headers] of hits) found.set(search, headers)
          })
        )
      )
    }
    return found
  })

/** A search reads all of a folder's mails: many ids are looked for in one, a subject by itself. */
const together = (searches: ReadonlyArray<Search>): ReadonlyArray<ReadonlyArray<Search>> => {
  const byId = searches.filter(({ clue }) => clue._tag !== "Subject")
  const groups = Array.from({ length: Math.ceil(byId.length / IDS_TOGETHER_MAX) }, (_, index) =>
    byId.slice(index * IDS_TOGETHER_MAX, (index + 1) * IDS_TOGETHER_MAX)
  )
  return [...groups, ...searches.filter(({ clue }) => clue._tag === "Subject").map((search) => [search])]
}

const inFolder = (
  box: Box,
  searches: ReadonlyArray<Search>
): Effect.Effect<ReadonlyArray<readonly [Search, Mails.Headers]>, VendorError.VendorError> =>
  Effect.gen(function* () {
    const questions = searches.map(({ mail, clue }) => questionOf(mail, clue))
    const hits = yield* box.search(questions.length === 1 ? questions[0]! : { or: questions })
    // Servers search loosely: each hit is looked at again.
    const candidates = yield* box.mails(hits.slice(0, HITS_MAX * searches.length))
    return searches.flatMap((search) => {
      const { mail, clue } = search
      const hit = candidates.find(
        (candidate) => !(box.folder === mail.folder && candidate.uid === mail.uid) && fits(candidate, mail, clue)
      )
      return hit === undefined ? [] : [[search, hit.headers] as const]
    })
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
