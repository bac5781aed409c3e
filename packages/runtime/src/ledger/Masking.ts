/** Payment card numbers do not enter the ledger: masked in the texts that a part tells, never by pattern over what came raw. */
import { CardNumber, type InteractionFields, Part } from "@interchannel/domain"

/** Ids, times, handles and addresses of pages are no texts. */
export const outcome = (told: Part.Outcome): Part.Outcome =>
  Part.isRefetch(told) || told.subject !== "interaction" ? told : { ...told, fields: masked(told.fields) }

// ---------------------------------------------------------------------------------------------------------------------

const masked = (fields: InteractionFields): InteractionFields =>
  ({
    ...fields,
    ...texts(fields, ["subject", "text", "outcome"]),
    ...(fields.details === undefined ? {} : { details: maskedDetails(fields.details) })
  }) as InteractionFields

type Details = NonNullable<InteractionFields["details"]>

const maskedDetails = (details: Details): object => ({
  ...details,
  ...texts(details, ["html", "purpose"]),
  ...("answers" in details && details.answers !== undefined
    ? {
        answers: Object.fromEntries(
          Object.entries(details.answers).map(([name, text]) => [name, CardNumber.mask(text)])
        )
      }
    : {}),
  ...("transcripts" in details && details.transcripts !== undefined
    ? { transcripts: details.transcripts.map((transcript) => ({ ...transcript, ...texts(transcript, ["text"]) })) }
    : {})
})

/** The masked texts among these fields; those that are absent stay absent. */
const texts = (of: object, names: ReadonlyArray<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(of).flatMap(([name, value]) =>
      names.includes(name) && typeof value === "string" ? [[name, CardNumber.mask(value)]] : []
    )
  )
