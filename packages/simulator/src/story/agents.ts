/** Agents keep the records of customers, and write notes on them. */
import { type Destination, destinations, recordOf, type World } from "../World.ts"
import { type Act, happen, pickOne, type Telling } from "./Telling.ts"

export const addRecord = (world: World, index: number, destination: Destination) => {
  const { name, email, phone, home } = world.customers[index]!
  return world.offices[destination].add({ customer: index, name, email, phone, home, key: undefined })
}

export const newRecord: Act = ({ world, dice }) => {
  const destination = dice.pick(destinations)
  const customer = dice.pick(world.customers).index
  const has = recordOf(world.offices[destination], customer) !== undefined
  if (has && !dice.chance(0.3)) return undefined
  return `${destination} ${addRecord(world, customer, destination).id} of ${world.customers[customer]!.name}`
}

export const renameRecord: Act = (telling) => {
  const found = liveRecord(telling)
  if (found === undefined) return undefined
  found.card.name = `${found.card.name.replace(/ \d+$/, "")} ${telling.dice.between(2, 9)}`
  found.office.change(found.card)
  return `${found.destination} ${found.card.id}`
}

export const deleteRecord: Act = (telling) => {
  const found = liveRecord(telling)
  if (found === undefined) return undefined
  found.office.remove(found.card)
  return `${found.destination} ${found.card.id}`
}

export const mergeRecords: Act = ({ world, dice }) => {
  const destination = dice.pick(destinations)
  const office = world.offices[destination]
  const cards = [...office.cards.values()].filter(({ state }) => state === "there")
  const stays = pickOne(
    dice,
    cards.filter((card) => cards.some((other) => other !== card && other.customer === card.customer))
  )
  if (stays === undefined) return undefined
  const goes = cards.find((other) => other !== stays && other.customer === stays.customer)!
  return `${destination} ${goes.id} into ${stays.id}: ${office.merge(stays, goes, dice.chance(0.4)).id}`
}

export const note: Act = (telling) => {
  const found = liveRecord(telling)
  if (found === undefined) return undefined
  const { office, card, destination } = found
  const { index } = happen(
    telling.world,
    { source: destination, customers: [card.customer], record: card.id, words: "Noted" },
    (text) => {
      const entry = office.note(card, text)
      return (next) => {
        entry.body = next
        office.touch(entry)
      }
    }
  )
  return `${destination} q${index}`
}

// ---------------------------------------------------------------------------------------------------------------------

const liveRecord = ({ world, dice }: Telling) => {
  const destination = dice.pick(destinations)
  const office = world.offices[destination]
  const card = pickOne(
    dice,
    [...office.cards.values()].filter(({ state }) => state === "there")
  )
  return card === undefined ? undefined : { destination, office, card }
}
