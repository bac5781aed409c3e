import { START } from "../stages.ts"

export const ana = { id: "1", email: "ana@example.com", updatedAt: START }
export const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
