/** What a stand-in of Request Tracker holds: users, tickets, and the transactions in which everything that happens is kept. */

export interface User {
  readonly id: number
  Name: string
  EmailAddress: string
  RealName: string
  Organization: string
  MobilePhone: string
  WorkPhone: string
  privileged: boolean
  disabled: boolean
  readonly created: number
  updated: number
}

export interface Ticket {
  readonly id: number
  /** Of the ticket that it was merged into, else its own. */
  effectiveId: number
  queue: string
  Subject: string
  Status: string | number
  requestors: Array<number>
  /** Only those that the queue has. */
  fields: Record<string, string>
  readonly created: number
  started: number
  updated: number
}

export interface Transaction {
  readonly id: number
  readonly ObjectType: "RT::Ticket" | "RT::User"
  readonly ObjectId: number
  readonly Type: string
  readonly creator: number
  readonly created: number
}

export interface Attachment {
  readonly id: number
  readonly TransactionId: number
  ContentType: string
  Filename: string
  Headers: string
  Content: string
}

export interface State {
  readonly token: string
  revoked: boolean
  users: Array<User>
  tickets: Array<Ticket>
  transactions: Array<Transaction>
  attachments: Array<Attachment>
  /** By name, the custom fields of each queue. */
  queues: Record<string, Array<string>>
}

/** Ids of the accounts that every Request Tracker has. */
export const SYSTEM = 1
export const NOBODY = 6
export const ROOT = 14

/** As fresh from an installation, with our own user. */
export const empty = (token: string, at: number): State => {
  const user = (id: number, Name: string, more: Partial<User> = {}): User => ({
    id,
    Name,
    EmailAddress: "",
    RealName: "",
    Organization: "",
    MobilePhone: "",
    WorkPhone: "",
    privileged: false,
    disabled: false,
    created: at,
    updated: at,
    ...more
  })
  return {
    token,
    revoked: false,
    users: [
      user(SYSTEM, "RT_System"),
      user(NOBODY, "Nobody"),
      user(ROOT, "root", { privileged: true, EmailAddress: "root@example.org" }),
      user(22, "interchannel", { privileged: true, EmailAddress: "interchannel@example.org" })
    ],
    tickets: [],
    transactions: [],
    attachments: [],
    queues: { General: [] }
  }
}
