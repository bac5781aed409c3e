/** Who may say what stands in one field of a destination's records: the rules as they are configured, checked and loaded. */
import { type Connector, RecordFields } from "@interchannel/connector"
import { type ConnectionId, FieldPath } from "@interchannel/domain"
import type { Fields } from "@interchannel/store"
import type { FieldOptions } from "../configuration/Configuration.ts"
import type { Installed } from "../configuration/Installation.ts"
import { onlyKnown, type Report } from "../configuration/Problem.ts"
import type * as FieldDecision from "./FieldDecision.ts"

/**
 * `fill-if-empty`: only what nobody filled in. `latest-wins`: the newer value. `review`: a person decides where two differ.
 * `owner`: the one Connection whose word counts.
 */
export type FieldPolicy = "fill-if-empty" | "latest-wins" | "review" | { readonly owner: ConnectionId }

export interface FieldRule {
  /** The vendor's own name of the field. */
  readonly name: string
  /** Which value of the other systems' contacts goes there. */
  readonly from: FieldPath.FieldPath
  /** Which value of the destination's own contacts it is. */
  readonly at: FieldPath.FieldPath
  readonly policy: FieldPolicy
  /** For numbers written without a country. */
  readonly region: string | undefined
}

/** Fields of one destination; each is read before it is written. */
export const FIELDS_MAX = 50

interface Given {
  /** `connections.crm.destination.fields` */
  readonly key: string
  readonly fields: Readonly<Record<string, FieldOptions>>
  readonly connector: Connector.Any
  /** The Connections that are written of here, the destination itself among them. */
  readonly sources: ReadonlyArray<string>
  readonly region: string | undefined
}

/** The rules, in the order given; what is wrong is reported and left out. */
export const load = ({ key, fields, connector, sources, region }: Given, report: Report): ReadonlyArray<FieldRule> => {
  const given = Object.entries(fields)
  if (given.length === 0) return []
  const paths = pathsOf(connector)
  if (paths === undefined) {
    report(key, `${connector.title} has no records whose fields could be written`, "remove `fields`")
    return []
  }
  if (given.length > FIELDS_MAX) report(key, `there are more than ${FIELDS_MAX} fields`, "keep those that matter")
  return given.flatMap(([name, options]) => {
    const place = `${key}.${name}`
    const at = RecordFields.pathOf(paths, name)
    const from = options?.from ?? at
    onlyKnown(place, options, ["from", "policy"], report)
    if (typeof from !== "string" || !FieldPath.isFieldPath(from)) {
      report(
        `${place}.from`,
        "it names no value of a contact",
        `choose of ${FieldPath.known.join(", ")}, custom.<name>`
      )
      return []
    }
    const policy = options?.policy ?? "fill-if-empty"
    const wrong = wrongWith(policy, sources)
    if (wrong !== undefined) {
      report(`${place}.policy`, wrong.what, wrong.remedy)
      return []
    }
    return [{ name, from, at, policy, region }]
  })
}

/** With what people chose since: a choice holds as long as the configuration says what it said then. */
export const chosen = (
  destination: ConnectionId,
  rules: ReadonlyArray<FieldRule>,
  choices: ReadonlyArray<Fields.PolicyChoice>
): ReadonlyArray<FieldRule> =>
  rules.map((rule) => {
    const choice = choices.find((one) => one.destination === destination && one.field === rule.name)
    return choice?.insteadOf === JSON.stringify(rule.policy)
      ? { ...rule, policy: JSON.parse(choice.policy) as FieldPolicy }
      : rule
  })

/** `owner phone`, `fill-if-empty`. */
export const policyText = (policy: FieldPolicy): string =>
  typeof policy === "string" ? policy : `owner ${policy.owner}`

/** The fields of the connector's records; `undefined` when single ones cannot be written. */
export const fieldsOf = (connector: Connector.Any): RecordFields.RecordFields<unknown> | undefined =>
  connector.actions.flatMap((action) => (action.verb === "UpsertContact" ? (action.fields ?? []) : []))[0] as
    | RecordFields.RecordFields<unknown>
    | undefined

/** How two values of a destination's field are compared. */
export const compared = (
  { connector, destination }: Pick<Installed, "connector" | "destination">,
  name: string
): FieldDecision.Compared => ({
  at: RecordFields.pathOf(pathsOf(connector) ?? {}, name),
  region: destination?.fields.find((rule) => rule.name === name)?.region
})

// ---------------------------------------------------------------------------------------------------------------------

const pathsOf = (connector: Connector.Any) => fieldsOf(connector)?.paths

const wrongWith = (
  policy: unknown,
  sources: ReadonlyArray<string>
): { readonly what: string; readonly remedy: string } | undefined => {
  if (typeof policy === "string") {
    if (["fill-if-empty", "latest-wins", "review"].includes(policy)) return undefined
    return { what: "it is none of the policies", remedy: "choose of fill-if-empty, latest-wins, review, { owner: … }" }
  }
  const owner = typeof policy === "object" && policy !== null && "owner" in policy ? policy.owner : undefined
  if (typeof owner === "string" && sources.includes(owner)) return undefined
  const remedy = `name one of ${[...new Set(sources)].join(", ")}`
  return { what: `the owner ${JSON.stringify(owner ?? null)} is no connection that is written of here`, remedy }
}
