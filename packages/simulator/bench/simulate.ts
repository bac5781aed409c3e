/**
 * `npm run simulate -- --seeds 1000 [--from SEED] [--jobs N] [--log]`: prints what went wrong how often and how fast it was; of
 * each run that ends wrong what is wrong, which kinds of trouble that takes, and the command that shows it again, step by step.
 */
import { type ChildProcess, fork } from "node:child_process"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Simulation, Trouble } from "@interchannel/simulator"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string", default: "1" },
    jobs: { type: "string", default: String(availableParallelism()) },
    log: { type: "boolean", default: false },
    child: { type: "boolean", default: false }
  }
})
/** Problems shown of one run. */
const SHOWN_MAX = 6
const PROGRESS_EVERY = 500
/** As a shell has it for a program that Ctrl-C ended. */
const INTERRUPTED = 130

/** What one process tells of one seed. */
interface Told {
  readonly seed: number
  readonly problems: ReadonlyArray<string>
  /** Kinds of trouble without which it ends well. */
  readonly needs: ReadonlyArray<Trouble.Kind>
  readonly counts: Readonly<Partial<Record<Trouble.Kind, number>>>
  readonly log: ReadonlyArray<string>
  /** Processor time. */
  readonly seconds: number
}

const play = async (seed: number): Promise<Told> => {
  const began = process.cpuUsage()
  const { problems, log, trouble } = await Simulation.run({ seed, isLogged: values.log })
  const { user, system } = process.cpuUsage(began)
  const needs = problems.length === 0 ? [] : await needed(seed)
  return { seed, problems, needs, counts: trouble.counts(), log, seconds: (user + system) / 1e6 }
}

/** What is not needed for it is left out, one kind after the other. */
const needed = async (seed: number): Promise<ReadonlyArray<Trouble.Kind>> => {
  const without = new Set<Trouble.Kind>()
  for (const kind of Trouble.kinds) {
    const { problems } = await Simulation.run({ seed, without: new Set([...without, kind]) })
    if (problems.length > 0) without.add(kind)
  }
  return Trouble.kinds.filter((kind) => !without.has(kind))
}

const report = () => {
  const counts = new Map<Trouble.Kind, number>(Trouble.kinds.map((kind) => [kind, 0]))
  let [played, failed, seconds] = [0, 0, 0]
  const summary = () => `${played} seeds, ${failed} failed, ${seconds.toFixed(0)} s of processor time`
  const tell = ({ seed, problems, needs, counts: own, log, seconds: taken }: Told) => {
    played += 1
    seconds += taken
    for (const [kind, count] of counts) counts.set(kind, count + (own[kind] ?? 0))
    if (log.length > 0) console.log(log.join("\n"))
    if (problems.length > 0) {
      failed += 1
      console.log(`seed ${seed}: ${problems.length} problems`)
      for (const problem of problems.slice(0, SHOWN_MAX)) console.log(`  ${problem}`)
      console.log(`  it takes: ${needs.join(", ") || "no trouble at all"}`)
      console.log(`  npm run simulate -- --from ${seed} --seeds 1 --log`)
    }
    if (played % PROGRESS_EVERY === 0) console.log(summary())
  }
  const end = () => {
    for (const [kind, count] of counts) console.log(`${String(count).padStart(9)}  ${kind}`)
    console.log(`${summary()}, ${(played / seconds).toFixed(2)} seeds a second on one core`)
    process.exitCode = failed === 0 ? 0 : 1
  }
  return { tell, end }
}

/** Each process is given a seed whenever it has told of the last one. */
const share = async (from: number, until: number, jobs: number): Promise<void> => {
  const { tell, end } = report()
  let next = from
  const give = (child: ChildProcess): void => {
    if (next >= until) child.disconnect()
    else child.send(next++)
  }
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ["--child", ...(values.log ? ["--log"] : [])])
      child.on("message", (told) => {
        tell(told as Told)
        give(child)
      })
      child.once("exit", (code) => {
        if (code === 0) resolve()
        else reject(new Error(`a process ended with ${code}; its seed is one of the ${jobs} before ${next}`))
      })
      give(child)
    })
  // Whoever stops it is told what was played until then.
  process.once("SIGINT", () => {
    end()
    process.exit(INTERRUPTED)
  })
  await Promise.all(Array.from({ length: Math.min(jobs, until - from) }, one))
  end()
}

if (values.child) {
  process.on("message", (seed: number) => {
    void play(seed).then((told) => process.send?.(told))
  })
  // A timer of a world that ended may still be set.
  process.on("disconnect", () => process.exit())
} else {
  await share(Number(values.from), Number(values.from) + Number(values.seeds), Number(values.jobs))
}
