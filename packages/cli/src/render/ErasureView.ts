/** `interchannel erase` and `interchannel erasures`: what goes, what has gone, and what is left for a person to do. */
import type { Report } from "@interchannel/runtime"
import { of, time } from "./Quantity.ts"
import { harmless, paint, type Style } from "./Style.ts"

export const erasurePlanView = (who: string, plan: Report.ErasurePlan, style: Style): string =>
  [
    plan.contacts.length === 0
      ? `${paint(style, "bold", who)} is not known here; once erased, what a vendor tells of them later is turned away.`
      : `${paint(style, "bold", who)} is known by ${of(plan.contacts.length, "contact")} in ${of(plan.interactions, "interaction")}:`,
    ...plan.contacts.map((one) => contact(one, style)),
    ...(plan.maybe.length === 0
      ? []
      : [
          "",
          "Likely the same person; to erase these too, name them or the person's id:",
          ...plan.maybe.map((one) => contact(one, style))
        ]),
    "",
    "Removed here: these contacts, their interactions with what was answered in the same conversations, raw bodies, earlier",
    "words, values in receipts. Entries are taken out of:",
    ...plan.destinations.map(
      ({ id, canRemove }) =>
        `  ${id}${canRemove ? "" : ": not all of them, this system has no way; you are told which"}`
    ),
    "",
    "The vendors' own records and messages stay: delete them there. What they tell again of this person is turned away.",
    "",
    plan.id === undefined
      ? `Nothing was removed yet. To do it: interchannel erase ${who} --yes`
      : `Begun as ${plan.id}. How far it is: interchannel erasures ${plan.id}`
  ].join("\n")

export const erasuresView = (erasures: ReadonlyArray<Report.Erasure>, style: Style): string =>
  erasures.length === 0 ? "Nobody was erased." : erasures.map((one) => erasureView(one, style)).join("\n\n")

// ---------------------------------------------------------------------------------------------------------------------

const contact = ({ connection, ref, isOwn }: Report.ErasureContact, style: Style): string =>
  `  ${connection}/${harmless(`${ref.kind}/${ref.id}`)}${isOwn ? paint(style, "yellow", "  one of your own people") : ""}`

const erasureView = (one: Report.Erasure, style: Style): string => {
  const left = one.receipts.filter(({ state }) => state === "by hand")
  const due = one.receipts.filter(({ state }) => state === "due").length
  const state =
    one.doneAt === undefined
      ? paint(style, "yellow", `under way (${one.phase})`)
      : paint(style, "green", `done ${time(one.doneAt, style.timeZone)}`)
  return [
    `${paint(style, "bold", one.id)}  asked by ${harmless(one.askedBy)} ${time(one.askedAt, style.timeZone)}, ${state}`,
    `  removed: ${of(one.contacts, "contact")}, ${of(one.interactions, "interaction")}, ${of(one.raw, "raw body", "raw bodies")}, ${of(
      one.receipts.filter(({ state: is }) => is === "removed").length,
      "record"
    )} elsewhere`,
    ...(one.turnedAway === 0 ? [] : [`  turned away since: ${of(one.turnedAway, "item")} that told of them again`]),
    ...(due === 0 ? [] : [`  on the way out: ${of(due, "entry", "entries")}`]),
    ...(left.length === 0 ? [] : [paint(style, "red", "  left to you:")]),
    ...left.map(
      ({ connection, ref, url, why }) =>
        `    ${connection}/${harmless(`${ref.kind}/${ref.id}`)}${url === undefined ? "" : ` ${harmless(url)}`}: ${harmless(why ?? "")}`
    ),
    ...(left.length === 0 ? [] : [`  When that is done: interchannel erasures ${one.id} --confirm`])
  ].join("\n")
}
