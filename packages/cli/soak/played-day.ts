/**
 * `npm run soak -- --kills 200 [--seed 1]`: the played day again and again, with `kill -9` of the daemon at random moments,
 * until so many kills were done. Each day must end as the day on which nobody was killed.
 */
import { parseArgs } from "node:util"
import * as Performance from "./Performance.ts"
import { randomOf } from "./random.ts"

const KILLS_A_DAY = 20

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } }
})
const wanted = Number(values.kills)
const random = randomOf(Number(values.seed))

const calm = await Performance.perform({ kills: 0, random })
console.log(`a day without a kill: ${calm.seconds} s, ${calm.canonical.split("\n").length} records written`)
let kills = 0
let different = 0
for (let day = 1; kills < wanted; day++) {
  const performed = await Performance.perform({ kills: Math.min(KILLS_A_DAY, wanted - kills), random })
  kills += performed.kills
  const same = performed.canonical === calm.canonical
  if (!same) {
    different += 1
    console.log(Performance.difference(calm.canonical, performed.canonical))
  }
  console.log(
    `day ${day}: ${performed.kills} kills in ${performed.seconds} s, ${same ? "the same" : "DIFFERENT"} (${kills} of ${wanted})`
  )
}
console.log(
  `${kills} kills with seed ${values.seed}: ${different === 0 ? "every day ended the same" : `${different} days differ`}`
)
process.exit(different === 0 ? 0 : 1)
