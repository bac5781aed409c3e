/**
 * Several people write from one mailbox or number. Who states a name is a contact of that name, apart from who states
 * another and from who states none; whether they are one person is for resolution to say. Pure: it looks at one item, so
 * replaying in any order comes to the same.
 */
import { type LocalRef, Part, type Participant, PersonName, Ref } from "@interchannel/domain"

export const apart = (outcomes: ReadonlyArray<Part.Outcome>): ReadonlyArray<Part.Outcome> => {
  const addresses = new Set(outcomes.filter(isAddress).map(({ ref }) => textOf(ref)))
  if (addresses.size === 0) return outcomes
  const spoken = outcomes.filter(isInteraction).flatMap(({ fields }) =>
    (fields.participants ?? []).flatMap((participant): ReadonlyArray<Spoken> => {
      const { contact } = participant
      if (contact === undefined || !addresses.has(textOf(contact))) return []
      return [{ address: textOf(contact), name: toldWhole(fields.kind) ? nameOf(participant) : undefined }]
    })
  )
  return outcomes.flatMap((outcome): ReadonlyArray<Part.Outcome> => {
    if (isAddress(outcome)) return contactsOf(outcome, spoken)
    return isInteraction(outcome) && toldWhole(outcome.fields.kind) ? [withNames(outcome, addresses)] : [outcome]
  })
}

// ---------------------------------------------------------------------------------------------------------------------

/** A mention of an address in an interaction, by a name or without one. */
interface Spoken {
  readonly address: string
  readonly name: string | undefined
}

/** Long enough to tell people apart, and short enough for an id beside the longest address. */
const NAME_LENGTH_MAX = 100

const isInteraction = (outcome: Part.Outcome): outcome is Part.InteractionPart =>
  !Part.isRefetch(outcome) && outcome.subject === "interaction"

/** A contact that is nothing but a mailbox or a number. An account that a vendor keeps is one person's, whatever it is called. */
const isAddress = (outcome: Part.Outcome): outcome is Part.ContactPart => {
  if (Part.isRefetch(outcome) || outcome.subject !== "contact" || outcome.kind !== "address") return false
  const [handle, ...others] = outcome.fields.handles ?? []
  return (
    others.length === 0 &&
    (handle?.kind === "email" || handle?.kind === "phone") &&
    handle.value === outcome.ref.id &&
    outcome.deleted !== true &&
    outcome.former === undefined
  )
}

/** The pieces of a call come one by one, and not each of them states the name. */
const toldWhole = (kind: Part.InteractionPart["fields"]["kind"]): boolean => kind !== "voice" && kind !== "video"

const textOf = ({ kind, id }: LocalRef): string => `${kind}/${id}`

const nameOf = ({ name }: Participant): string | undefined => {
  const parsed = name === undefined ? undefined : PersonName.parse(name)
  return parsed?._tag === "Name" ? parsed.full : undefined
}

const named = ({ kind, id }: LocalRef, name: string): LocalRef =>
  Ref.local(kind, `${id} (${PersonName.fold(name).slice(0, NAME_LENGTH_MAX)})`)

/** One for each name, and one without where nobody stated one. */
const contactsOf = (part: Part.ContactPart, spoken: ReadonlyArray<Spoken>): ReadonlyArray<Part.ContactPart> => {
  const mine = spoken.filter(({ address }) => address === textOf(part.ref))
  const names = [...new Set(mine.flatMap(({ name }) => name ?? []))]
  if (names.length === 0) return [part]
  const { name: _, ...bare } = part.fields
  return [
    ...(mine.some(({ name }) => name === undefined) ? [{ ...part, fields: bare }] : []),
    ...names.map((full) => ({ ...part, ref: named(part.ref, full), fields: { ...bare, name: { full } } }))
  ]
}

const withNames = (part: Part.InteractionPart, addresses: ReadonlySet<string>): Part.InteractionPart => ({
  ...part,
  fields: {
    ...part.fields,
    ...(part.fields.participants === undefined
      ? {}
      : {
          participants: part.fields.participants.map((participant) => {
            const { contact } = participant
            const name = nameOf(participant)
            if (contact === undefined || name === undefined || !addresses.has(textOf(contact))) return participant
            return { ...participant, contact: named(contact, name) }
          })
        })
  }
})
