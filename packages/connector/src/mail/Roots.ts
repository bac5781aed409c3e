/**
 * Where a thread began, for mails whose headers do not say it: earlier mails of the mailbox tell, from answer to answered. How
 * the mailbox is searched is the connector's; what is looked for, and which hit it is, is decided here.
 */
import * as Effect from "effect/Effect"
import { baseSubject, field, ids, mailboxes } from "./Headers.ts"
import type { Headers, Mail } from "./Mail.ts"
import { type Clue, clueOf, rootIn } from "./Thread.ts"

/** From answer to answered, where each names only the one before. */
const STEPS_MAX = 10
/** The same people writing about the same subject later than this mean something else. */
const SAME_MATTER_MS = 30 * 24 * 3_600_000

/** What is looked for on behalf of a mail. */
export interface Question<M extends Mail = Mail> {
  readonly mail: M
  readonly clue: Clue
}

/** The mails, each with its root where one was found. `look` answers some of many questions at a time, with a mail that `isAnswer`. */
export const find = <M extends Mail, E, R>(
  mails: ReadonlyArray<M>,
  /** Of the mailbox. */
  address: string,
  look: (questions: ReadonlyArray<Question<M>>) => Effect.Effect<ReadonlyMap<Question<M>, Headers>, E, R>
): Effect.Effect<ReadonlyArray<M>, E, R> =>
  Effect.gen(function* () {
    let open = mails.flatMap((mail): ReadonlyArray<Search<M>> => {
      const clue = clueOf(mail, address)
      return clue === undefined ? [] : [{ mail, clue, passed: ids(mail.headers, "message-id").slice(0, 1) }]
    })
    const roots = new Map<M, string>()
    for (let steps = 0; steps < STEPS_MAX && open.length > 0; steps++) {
      const found = yield* look(open)
      const taken = open.map((search) => step(search, found.get(search)))
      open = taken.flatMap(({ further }) => further ?? [])
      for (const { mail, root } of taken) if (root !== undefined) roots.set(mail, root)
    }
    return mails.map((mail) => (roots.has(mail) ? { ...mail, root: roots.get(mail) } : mail))
  })

/** Not before this time was the mail written that answers it; absent: at any time. */
export const earliest = ({ mail, clue }: Question): number | undefined =>
  clue._tag === "Subject" && clue.isWhole && mail.receivedAt > SAME_MATTER_MS
    ? mail.receivedAt - SAME_MATTER_MS
    : undefined

/** Servers search loosely: is this hit, another mail than the one asked for, what was looked for? */
export const isAnswer = (hit: Mail, { mail, clue }: Question): boolean => {
  const id = ids(hit.headers, "message-id")[0]
  if (clue._tag === "Id") return id === clue.id
  // On its way through address books and servers an address may lose its capitals.
  if (clue._tag === "Piece") return id?.toLowerCase().includes(clue.piece.toLowerCase()) === true
  const subject = field(hit.headers, "subject") ?? ""
  const people = ["from", "to", "cc"].flatMap((name) => mailboxes(hit.headers, name))
  return (
    hit.receivedAt <= mail.receivedAt &&
    people.some(({ address }) => address === clue.from) &&
    (clue.isWhole ? baseSubject(subject) === clue.subject : subject.includes(clue.subject))
  )
}

// ---------------------------------------------------------------------------------------------------------------------

type Search<M extends Mail> = Question<M> & {
  /** Message-IDs of the mails on the way. */
  readonly passed: ReadonlyArray<string>
}

interface Step<M extends Mail> {
  readonly mail: M
  /** As far as it is known. */
  readonly root: string | undefined
  readonly further?: Search<M>
}

/** Mails that answer each other in a ring are a thread too: it is named after one of them. */
const step = <M extends Mail>({ mail, clue, passed }: Search<M>, found: Headers | undefined): Step<M> => {
  if (found === undefined) return { mail, root: clue._tag === "Id" ? clue.id : undefined }
  const [id] = ids(found, "message-id")
  const root = rootIn(found)
  if (root === undefined || root === id || ids(found, "references").length > 0) return { mail, root }
  const way = id === undefined ? passed : [...passed, id]
  if (way.includes(root)) return { mail, root: [...way].sort()[0] }
  return { mail, root, further: { mail, clue: { _tag: "Id", id: root }, passed: way } }
}
