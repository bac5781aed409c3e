/** A type that only the value itself needs to know; whoever holds it among others must not look inside. */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` is not assignable where a parameter is contravariant
export type Existential = any
