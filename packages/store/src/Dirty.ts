/**
 * What has to be looked at again: contacts and decisions by the Resolver, everything else by the Planner. Marking is
 * idempotent; a mark made while one is worked on stays.
 */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, forUpdate, selectIn } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

/** Which stage works a mark off. */
export type Stage = "resolve" | "plan"

export interface Mark {
  /**
   * `placing`: a contact that is as it was and is placed anew. `person`: all interactions of a person, or of a contact
   * without one; `record`: a person whose records are completed.
   */
  readonly kind: "contact" | "placing" | "decision" | "interaction" | "conversation" | "person" | "card" | "record"
  readonly key: string
  /** Not before: the coalescing delay. An earlier time wins. */
  readonly dueAt: Instant.Instant
  readonly lane: 0 | 1 | 2 | 3
  /** Where its work stands: the page of a person's interactions, the vain attempts to place a contact. */
  readonly progress?: string
}
export interface Marked extends Mark {
  /** Grows with each marking. */
  readonly seq: number
}

export const stageOf = ({ kind }: Pick<Mark, "kind">): Stage =>
  kind === "contact" || kind === "placing" || kind === "decision" ? "resolve" : "plan"

/** The marks of one stage. */
interface Marks {
  readonly due: (now: Instant.Instant, limit: number) => Effect.Effect<ReadonlyArray<Marked>, StoreError>
  /** When the next mark falls due. */
  readonly nextDueAt: Effect.Effect<Instant.Instant | undefined, StoreError>
  readonly count: Effect.Effect<number, StoreError>
}

/** Read by the Planner, but for `toResolve`. */
export class Dirty extends Context.Tag("@interchannel/store/Dirty")<
  Dirty,
  Marks & {
    readonly toResolve: Marks & {
      /** Contacts that were looked at in vain and are to be looked at again. */
      readonly unresolved: Effect.Effect<number, StoreError>
    }
    readonly mark: (marks: ReadonlyArray<Mark>) => Effect.Effect<void, StoreError>
    /** Removes the marks unless marked again since they were read. */
    readonly done: (marks: ReadonlyArray<Marked>) => Effect.Effect<void, StoreError>
    readonly progress: (mark: Marked, progress: string) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Dirty, never, Sql> = Layer.effect(
  Dirty,
  Effect.map(Sql, ({ sql, read, write, signal }) => {
    const marksOf = (stage: Stage): Marks => {
      // As the partial indexes have it, so that they are used.
      const mine = sql.literal(`stage = '${stage}'`)
      const first = (lane: number) => sql`SELECT MIN(due_at) AS at FROM dirty WHERE ${mine} AND lane = ${lane}`
      return {
        due: (now, limit) =>
          read(
            "read dirty",
            Effect.map(
              sql<Stored>`
                SELECT kind, key, due_at AS "dueAt", lane, seq, progress FROM dirty
                WHERE ${mine} AND due_at <= ${now} ORDER BY lane, due_at, key LIMIT ${limit}`,
              (rows) => rows.map(({ progress, ...mark }): Marked => (progress === null ? mark : { ...mark, progress }))
            )
          ),
        // Lane by lane, so that each look is one step into the index.
        nextDueAt: read(
          "next dirty",
          Effect.map(
            sql<{ readonly at: number | null }>`
              SELECT MIN(at) AS at FROM (${sql.join(" UNION ALL ", false)([0, 1, 2, 3].map(first))}) AS lanes`,
            ([row]) => row?.at ?? undefined
          )
        ),
        count: read(
          "count dirty",
          Effect.map(
            sql<{ readonly count: number }>`SELECT count(*) AS count FROM dirty WHERE ${mine}`,
            ([row]) => row?.count ?? 0
          )
        )
      }
    }
    const unresolved = read(
      "count unresolved",
      Effect.map(
        sql<{ readonly count: number }>`
          SELECT count(*) AS count FROM dirty WHERE stage = 'resolve' AND progress IS NOT NULL`,
        ([row]) => row?.count ?? 0
      )
    )
    return {
      mark: (marks) => {
        if (marks.length === 0) return Effect.void
        return write(
          "mark dirty",
          Effect.gen(function* () {
            const [counted] = yield* sql<{ readonly seq: number }>`UPDATE dirty_seq SET seq = seq + 1 RETURNING seq`
            const seq = counted?.seq ?? 0
            yield* eachPiece(
              joined(marks).map((mark) => ({
                kind: mark.kind,
                key: mark.key,
                due_at: mark.dueAt,
                lane: mark.lane,
                seq,
                progress: mark.progress ?? null,
                stage: stageOf(mark)
              })),
              (piece) => sql`
              INSERT INTO dirty ${sql.insert(piece)}
              ON CONFLICT (kind, key) DO UPDATE SET
                due_at = CASE WHEN excluded.due_at < dirty.due_at THEN excluded.due_at ELSE dirty.due_at END,
                lane = CASE WHEN excluded.lane < dirty.lane THEN excluded.lane ELSE dirty.lane END,
                seq = excluded.seq, progress = excluded.progress`
            )
            for (const stage of new Set(marks.map(stageOf))) yield* signal(stage === "resolve" ? "contact" : "dirty")
          })
        )
      },
      done: (marks) =>
        write(
          "clear dirty",
          Effect.forEach(
            new Set(marks.map(({ kind }) => kind)),
            (kind) =>
              Effect.gen(function* () {
                const seqs = new Map(marks.filter((mark) => mark.kind === kind).map(({ key, seq }) => [key, seq]))
                const now = yield* selectIn(
                  seqs.keys(),
                  (keys) => sql<{ readonly key: string; readonly seq: number }>`
                  SELECT key, seq FROM dirty WHERE kind = ${kind} AND key IN ${sql.in(keys)} ${forUpdate(sql)}`
                )
                yield* eachPiece(
                  now.filter(({ key, seq }) => seqs.get(key) === seq).map(({ key }) => key),
                  (keys) => sql`DELETE FROM dirty WHERE kind = ${kind} AND key IN ${sql.in(keys)}`
                )
              }),
            { discard: true }
          )
        ),
      progress: ({ kind, key, seq }, progress) =>
        Effect.asVoid(
          write(
            "note progress",
            sql`UPDATE dirty SET progress = ${progress} WHERE kind = ${kind} AND key = ${key} AND seq = ${seq}`
          )
        ),
      ...marksOf("plan"),
      toResolve: { ...marksOf("resolve"), unresolved }
    }
  })
)

interface Stored extends Omit<Mark, "progress"> {
  readonly seq: number
  readonly progress: string | null
}

/** One mark a subject: one statement may touch a row only once. Sorted, so that two writers lock rows in one order. */
const joined = (marks: ReadonlyArray<Mark>): ReadonlyArray<Mark> => {
  const bySubject = new Map<string, Mark>()
  for (const mark of marks) {
    const subject = `${mark.kind} ${mark.key}`
    const known = bySubject.get(subject)
    bySubject.set(
      subject,
      known === undefined
        ? mark
        : { ...mark, dueAt: Math.min(known.dueAt, mark.dueAt), lane: known.lane < mark.lane ? known.lane : mark.lane }
    )
  }
  return [...bySubject.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}
