/** What those who act in the story act with. */
import type { Dice } from "../Dice.ts"
import type { Log } from "../Log.ts"
import type { Post } from "../Post.ts"
import type { Time } from "../Time.ts"
import { type Happening, textOf, type World } from "../World.ts"

export interface Telling {
  readonly world: World
  readonly dice: Dice
  readonly time: Time
  readonly post: Post
  readonly log: Log
  /** What we wrote is not touched, so that the story is the same whatever we wrote. */
  readonly leavesOurs: boolean
}

/** Answers what was done; `undefined`: it made no sense at the moment. */
export type Act = (telling: Telling) => string | undefined

/** Something happens; `tell` brings its text into the system where it does, and answers how it is changed there, if it can be. */
export const happen = (
  world: World,
  given: Pick<Happening, "source" | "customers" | "words" | "record"> &
    Partial<Pick<Happening, "broken" | "isByAlias">>,
  tell: (text: string) => ((text: string) => void) | undefined
): Happening => {
  const happening = {
    broken: false,
    isByAlias: false,
    ...given,
    index: world.happenings.length,
    edits: 0,
    deleted: false
  }
  const rewrite = tell(textOf(happening))
  const whole: Happening = rewrite === undefined ? happening : { ...happening, rewrite }
  world.happenings.push(whole)
  return whole
}

export const edit = (happening: Happening): boolean => {
  if (happening.rewrite === undefined) return false
  happening.edits += 1
  happening.rewrite(textOf(happening))
  return true
}

export const pickOne = <A>(dice: Dice, values: ReadonlyArray<A>): A | undefined =>
  values.length === 0 ? undefined : dice.pick(values)
