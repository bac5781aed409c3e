/** Long work in short steps: between two of them whoever runs it may do something else. */

/** Yields after each step, and returns what the work came to. */
export type Steps<A> = Generator<undefined, A>

/** All of it at once. */
export const run = <A>(steps: Steps<A>): A => {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** The items one after the other, with a pause after each `size` of them. */
export function* each<A>(items: Iterable<A>, size: number, use: (item: A, index: number) => void): Steps<void> {
  let index = 0
  for (const item of items) {
    use(item, index++)
    if (index % size === 0) yield
  }
}
