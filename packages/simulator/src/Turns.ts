/**
 * Whose turn it is among fibers: their tasks run one after the other in the order they came, until every fiber waits for
 * something that only virtual time brings. So a run depends on its seed alone.
 */
import type { RuntimeFiber } from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"

/** Operations of one fiber after which another has its turn. */
const OPERATIONS_MAX = 100_000

export class Turns implements Scheduler.Scheduler {
  private tasks: Array<() => void> = []

  readonly shouldYield = (fiber: RuntimeFiber<unknown, unknown>): number | false =>
    fiber.currentOpCount > OPERATIONS_MAX ? 0 : false

  readonly scheduleTask = (task: Scheduler.Task): void => {
    this.tasks.push(task)
  }

  /** Runs until nobody can go on. The store gives sockets their turn after each write; there, too, we come back. */
  readonly settle = async (): Promise<void> => {
    // Where nobody did anything, nobody gives a turn away either.
    while (this.tasks.length > 0) {
      while (this.tasks.length > 0) {
        const { tasks } = this
        this.tasks = []
        for (const task of tasks) task()
      }
      await new Promise<void>((resume) => {
        setImmediate(resume)
      })
    }
  }
}
