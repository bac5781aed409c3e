/** Admins change what we wrote. */
import { destinations, mentionsIn } from "../World.ts"
import { type Act, pickOne, type Telling } from "./Telling.ts"

const ADMIN_WAITS_MS = 25_000

export const editEntry: Act = (telling) => {
  const found = oldEntry(telling)
  if (found === undefined) return undefined
  found.entry.body = `${found.entry.body} (seen by an admin)`
  found.entry.edited = true
  found.office.touch(found.entry)
  return `${found.entry.id} of ${mentionsIn(found.entry.body)
    .map(({ index }) => `q${index}`)
    .join()}`
}

export const deleteEntry: Act = (telling) => {
  const found = oldEntry(telling)
  if (found === undefined) return undefined
  found.entry.state = "deleted by hand"
  found.office.touch(found.entry)
  return `${found.entry.id} of ${mentionsIn(found.entry.body)
    .map(({ index }) => `q${index}`)
    .join()}`
}

// ---------------------------------------------------------------------------------------------------------------------

/** What an admin finds in an entry of ours that has been there for a while. */
const oldEntry = ({ world, dice, time, leavesOurs }: Telling) => {
  const office = world.offices[dice.pick(destinations)]
  if (leavesOurs) return undefined
  const old = [...office.entries.values()].filter(
    (entry) => entry.key !== undefined && entry.state === "there" && entry.updatedAt < time.now() - ADMIN_WAITS_MS
  )
  const entry = pickOne(dice, old)
  return entry === undefined ? undefined : { office, entry }
}
