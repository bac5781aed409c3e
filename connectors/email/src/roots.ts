/** Earlier mails of the mailbox, by IMAP's search, for threads whose beginning the headers do not tell. */
import { Roots } from "@interchannel/connector/mail"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { SearchObject } from "imapflow"
import { type Doing, sentFolder, settings, within } from "./api.ts"
import type { Box } from "./box.ts"
import type { Mail } from "./wire.ts"

/** Hits of one search that are looked at; subjects repeat. */
const HITS_MAX = 10
/** Message-IDs that one search asks for. */
const IDS_TOGETHER_MAX = 20

/** The mails of one folder, each with its root where one was found. */
export const rooted = (mails: ReadonlyArray<Mail>): Doing<ReadonlyArray<Mail>> =>
  Effect.flatMap(settings, ({ address }) => Roots.find(mails, address, lookUp))

// ---------------------------------------------------------------------------------------------------------------------

type Question = Roots.Question<Mail>
type Found = ReadonlyMap<Question, Mail["headers"]>

/** In the folder of the mails, then in that of sent mail; each folder is opened once for all that is looked for. */
const lookUp = (questions: ReadonlyArray<Question>): Doing<Found> =>
  Effect.gen(function* () {
    const sent = yield* sentFolder
    const found = new Map<Question, Mail["headers"]>()
    for (const folder of new Set([
      ...questions.map(({ mail }) => mail.folder),
      ...(sent === undefined ? [] : [sent])
    ])) {
      const open = questions.filter((question) => !found.has(question))
      if (open.length === 0) break
      yield* within(folder, (box) =>
        Effect.forEach(together(open), (some) =>
          Effect.map(inFolder(box, some), (hits) => {
            for (const [question, headers] of hits) found.set(question, headers)
          })
        )
      )
    }
    return found
  })

/** A search reads all of a folder's mails: many ids are looked for in one, a subject by itself. */
const together = (questions: ReadonlyArray<Question>): ReadonlyArray<ReadonlyArray<Question>> => {
  const [byId, bySubject] = Arr.partition(questions, ({ clue }) => clue._tag === "Subject")
  return [...Arr.chunksOf(byId, IDS_TOGETHER_MAX), ...Arr.chunksOf(bySubject, 1)]
}

const inFolder = (box: Box, questions: ReadonlyArray<Question>) =>
  Effect.gen(function* () {
    const asked = questions.map(searchFor)
    const hits = yield* box.search(asked.length === 1 ? asked[0]! : { or: asked })
    const candidates = yield* box.mails(hits.slice(0, HITS_MAX * questions.length))
    return questions.flatMap((question) => {
      const isItself = ({ uid }: Mail) => box.folder === question.mail.folder && uid === question.mail.uid
      const hit = candidates.find((candidate) => !isItself(candidate) && Roots.isAnswer(candidate, question))
      return hit === undefined ? [] : [[question, hit.headers] as const]
    })
  })

const searchFor = (question: Question): SearchObject => {
  const { clue } = question
  if (clue._tag !== "Subject") return { header: { "message-id": clue._tag === "Id" ? clue.id : clue.piece } }
  const since = Roots.earliest(question)
  return {
    subject: clue.subject,
    or: [{ from: clue.from }, { to: clue.from }],
    ...(since === undefined ? {} : { since: new Date(since) })
  }
}
