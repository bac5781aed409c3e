/** Who is in the played day, and where they meet. All of it is invented. */

/** The company that runs the daemon; whoever writes from its domain is staff. */
export const company = { name: "Harbour Bikes", domain: "example.com" } as const

export const staff = {
  sam: { name: "Sam Sloe", email: "sam@example.com" },
  nia: { name: "Nia Nettle", email: "nia@example.com" }
} as const

interface Customer {
  readonly name: string
  readonly email: string
  readonly phone?: string
  /** Its workspace shares the channel of the same name with the company. */
  readonly of: string
  /** HubSpot's records of this person when the day begins: none, one, or one for each further address as well. */
  readonly records: "none" | "one"
  readonly alsoAs?: string
}

export const customers = {
  ada: { name: "Ada Alder", email: "ada@alder.example.org", phone: "+12025550101", of: "alder-dental", records: "one" },
  ines: { name: "Ines Ivy", email: "ines@alder.example.org", of: "alder-dental", records: "one" },
  bruno: { name: "Bruno Birch", email: "bruno@birch.example.org", of: "birch-logistics", records: "one" },
  chiara: { name: "Chiara Cedar", email: "chiara@cedar.example.org", of: "cedar-hotels", records: "one" },
  dmitri: { name: "Dmitri Dogwood", email: "dmitri@dogwood.example.org", of: "dogwood-schools", records: "one" },
  esra: { name: "Esra Elm", email: "esra@elm.example.org", phone: "+12025550105", of: "elm-and-sons", records: "one" },
  farid: { name: "Farid Fir", email: "farid@fir.example.org", of: "fir-pharmacy", records: "one" },
  grace: {
    name: "Grace Gorse",
    email: "grace@gorse.example.org",
    of: "gorse-media",
    records: "one",
    alsoAs: "g.gorse@gorse.example.org"
  },
  hugo: { name: "Hugo Hazel", email: "hugo@hazel.example.org", of: "hazel-farm", records: "none" }
} as const satisfies Record<string, Customer>

export type CustomerName = keyof typeof customers
export type StaffName = keyof typeof staff
export type Name = CustomerName | StaffName

export const customerNames = Object.keys(customers) as ReadonlyArray<CustomerName>

/** Channels that are shared with a customer's company, by its name. */
export type SharedChannel = (typeof customers)[CustomerName]["of"]
export const sharedChannels = [...new Set(customerNames.map((name) => customers[name].of))]

/** Staff only: `team-room` is private and read, `customer-cards` is where the cards go. */
export const staffChannels = { teamRoom: "team-room", cards: "customer-cards" } as const
export type ChannelName = SharedChannel | (typeof staffChannels)[keyof typeof staffChannels]

export const customerOf = (name: CustomerName): Customer => customers[name]
