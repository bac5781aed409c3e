/** Accuracy on the generated contact centre: pairs that both carry a name, against what perfect decisions could reach. */
import * as Features from "../src/features/Features.ts"
import * as Model from "../src/model/Model.ts"
import * as Pairs from "./Pairs.ts"
import * as Population from "./Population.ts"
import * as Run from "./Run.ts"

export interface GeneratorResult {
  readonly contacts: number
  readonly named: Pairs.Pairs
  readonly all: Pairs.Pairs
  /** Share of the named true pairs that perfect decisions would find, see `reachableOf`. */
  readonly ceiling: number
}

export const measure = (
  labelled: ReadonlyArray<Population.Labelled>,
  mode: "incremental" | "batch" = "incremental"
): GeneratorResult => {
  const features = labelled.map(({ contact }) => Features.make(contact))
  const outcome = mode === "batch" ? Run.batch(Model.standard, features) : Run.incremental(Model.standard, features)
  const truth = labelled.map(({ entity }) => entity)
  const carriesName = features.map(({ name }) => name.given.length + name.family.length > 0)
  const named = <A>(values: ReadonlyArray<A>) => values.filter((_, index) => carriesName[index])
  const reachable = named(reachableOf(features, truth))
  return {
    contacts: labelled.length,
    named: Pairs.measure(named(truth), named(outcome.groups)),
    all: Pairs.measure(truth, outcome.groups),
    ceiling: Pairs.measure(named(truth), reachable).recall
  }
}

/**
 * Who would be together if every pair with anything but a name in common were decided right: a handle, a local part, a
 * birth date, a house, a company. By rule a name alone never links.
 */
const reachableOf = (
  features: ReadonlyArray<Features.Features>,
  truth: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const group = features.map((_, index) => index)
  const find = (index: number): number => {
    while (group[index] !== index) index = group[index]!
    return index
  }
  const first = new Map<string, number>()
  features.forEach((each, index) => {
    for (const mark of marksOf(each)) {
      const known = first.get(`${mark} ${truth[index]}`)
      if (known === undefined) first.set(`${mark} ${truth[index]}`, index)
      else group[find(index)] = find(known)
    }
  })
  return features.map((_, index) => String(find(index)))
}

const marksOf = (features: Features.Features): ReadonlyArray<string> => [
  ...features.handles.flatMap(({ kind, value, base }) =>
    kind === "email" ? [base ?? value, value.replace(/@.*/, "@")] : [`${kind} ${base ?? value}`]
  ),
  ...features.places.map(({ street, numbers, postal }) => `${numbers[0]} ${street[0]} ${postal}`),
  ...(features.birth === undefined ? [] : [features.birth.join("-")]),
  ...(features.organization === undefined ? [] : [features.organization])
]

if (process.argv[1]?.endsWith("generator.mjs") === true) {
  const [seed = "1", contacts = "20000"] = process.argv.slice(2)
  console.log(
    JSON.stringify({ name: "identity generator", ...measure(Population.make(Number(seed), Number(contacts))) })
  )
}
