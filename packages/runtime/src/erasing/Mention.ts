/** Whom a part speaks of, and by which of these names it is somebody's who is erased. Pure. */
import type { ConnectionId, Handle, Part } from "@interchannel/domain"
import * as Names from "./Names.ts"

export interface Mention {
  readonly names: ReadonlyArray<string>
  /** Numbers that nobody vouches for: a household has one, too. */
  readonly doubtful: ReadonlyArray<string>
  /** It has a mailbox, or a number that somebody vouches for: that tells whose it is. */
  readonly isPlain: boolean
}

export const of = (connection: ConnectionId, part: Part.Part): Mention => {
  const names = Names.mentionedIn(connection, part)
  const handles = part.subject === "contact" ? (part.fields.handles ?? []) : []
  const isDoubtful = ({ kind, verified }: Handle.Handle) => kind === "phone" && verified !== true
  const isPlain = (handle: Handle.Handle) => handle.kind === "email" || (handle.kind === "phone" && !isDoubtful(handle))
  const doubtful = new Set(handles.filter(isDoubtful).flatMap(Names.ofHandle))
  return {
    names: names.filter((name) => !doubtful.has(name)),
    doubtful: [...doubtful],
    isPlain: handles.some((handle) => isPlain(handle) && Names.ofHandle(handle).length > 0)
  }
}

/** Those by which it can be told whose it is: a doubtful number in common tells nothing of who has another address. */
export const telling = ({ names, doubtful, isPlain }: Mention): ReadonlyArray<string> => [
  ...names,
  ...(isPlain ? [] : doubtful)
]
