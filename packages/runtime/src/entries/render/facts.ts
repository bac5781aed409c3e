/** What a reader of an entry wants to know at a glance, by kind: only what is known, each on one line. */
import type { Timeline } from "@interchannel/connector"
import type { Interaction } from "@interchannel/domain"
import * as clock from "./clock.ts"

export interface Parties {
  readonly from: Timeline.Party | undefined
  readonly to: ReadonlyArray<Timeline.Party>
}

/** Of those who are named in one line; a mail to a whole town is cut. */
const PARTIES_MAX = 6

export const factsOf = (
  interaction: Interaction,
  { from, to }: Parties,
  timeZone: string
): ReadonlyArray<Timeline.Fact> => {
  const seconds = secondsOf(interaction)
  const people = isMessage(interaction) ? [] : [fact("From", from && named(from)), fact("To", listed(to))]
  return [
    fact("When", clock.when(interaction.startedAt, interaction.endedAt, timeZone)),
    fact("Duration", seconds === undefined ? undefined : clock.length(seconds)),
    ...people,
    ...special(interaction, timeZone).map(([label, value]) => fact(label, value))
  ].filter((one) => one !== undefined)
}

/** `Ana Example (+12025550100)` */
export const named = ({ name, handle }: Timeline.Party): string | undefined => {
  const address = handle === undefined || handle.kind === "vendor-user" ? undefined : handle.value
  if (name === undefined || name === address) return address
  return address === undefined ? name : `${name} (${address})`
}

// ---------------------------------------------------------------------------------------------------------------------

type Pair = readonly [label: string, value: string | undefined]

const fact = (label: string, value: string | undefined): Timeline.Fact | undefined =>
  value === undefined || value.trim() === "" ? undefined : { label, value: value.replace(/\s+/g, " ").trim() }

const listed = (parties: ReadonlyArray<Timeline.Party>): string | undefined => {
  const names = parties.flatMap((party) => named(party) ?? [])
  if (names.length <= PARTIES_MAX) return names.length === 0 ? undefined : names.join(", ")
  return `${names.slice(0, PARTIES_MAX).join(", ")} and ${names.length - PARTIES_MAX} more`
}

/** Short ones whose title says who wrote them. */
const isMessage = ({ kind }: Interaction): boolean => kind === "chat" || kind === "sms" || kind === "social"

const secondsOf = (interaction: Interaction): number | undefined => {
  const { kind, startedAt, endedAt } = interaction
  if (kind === "voice" && interaction.details.talkSeconds !== undefined) return interaction.details.talkSeconds
  if (kind !== "voice" && kind !== "video" && kind !== "visit") return undefined
  return endedAt === undefined || endedAt <= startedAt ? undefined : (endedAt - startedAt) / 1_000
}

const special = (interaction: Interaction, timeZone: string): ReadonlyArray<Pair> => {
  switch (interaction.kind) {
    case "voice":
    case "video": {
      const { queue, waitSeconds } = interaction.details
      const path = interaction.kind === "voice" ? (interaction.details.ivrPath ?? []) : []
      const waited = waitSeconds === undefined || waitSeconds === 0 ? undefined : clock.length(waitSeconds)
      return [
        ["Menu", path.join(" › ")],
        ["Queue", queue],
        ["Waited", waited]
      ]
    }
    case "ticket": {
      const { number, status, priority, queue } = interaction.details
      return [
        ["Ticket", number],
        ["Status", status],
        ["Priority", priority],
        ["Queue", queue]
      ]
    }
    case "callback": {
      const { dueAt, number, queue, status } = interaction.details
      return [
        ["Due", dueAt === undefined ? undefined : clock.when(dueAt, undefined, timeZone)],
        ["Number", number],
        ["Queue", queue],
        ["Status", status]
      ]
    }
    case "web": {
      const { title, url, secondsOnPage } = interaction.details
      return [
        ["Page", title ?? url],
        ["Time on page", secondsOnPage === undefined ? undefined : clock.length(secondsOnPage)]
      ]
    }
    case "form":
      return [["Form", interaction.details.form]]
    case "visit":
      return [
        ["Place", interaction.details.place],
        ["Purpose", interaction.details.purpose]
      ]
    case "app usage": {
      const { app, feature, count } = interaction.details
      return [
        ["App", app],
        ["Feature", feature],
        ["Times used", count === undefined ? undefined : String(count)]
      ]
    }
    case "purchase":
      return [
        ["Order", interaction.details.order],
        ["Amount", amountOf(interaction.details)]
      ]
    case "appointment":
      return [
        ["Place", interaction.details.place],
        ["Status", interaction.details.status]
      ]
    case "survey": {
      const { survey, score, scoreMax } = interaction.details
      const result = score === undefined ? undefined : scoreMax === undefined ? `${score}` : `${score} of ${scoreMax}`
      return [
        ["Survey", survey],
        ["Score", result]
      ]
    }
    default:
      return []
  }
}

/** The smallest unit has as many places as the currency has; one that is not known is shown as it came. */
const amountOf = ({
  amountMinor,
  currency
}: Extract<Interaction, { readonly kind: "purchase" }>["details"]): string | undefined => {
  if (amountMinor === undefined) return undefined
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return `${amountMinor} ${currency ?? ""}`
  const places =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  return `${currency} ${(amountMinor / 10 ** places).toFixed(places)}`
}
