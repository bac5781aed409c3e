/** Who is in the played day, and where they meet. All of it is invented. */

/** The company that runs the daemon; whoever writes from its domain is staff, whoever calls its line is a customer. */
export const company = {
  name: "Harbour Bikes",
  domain: "example.com",
  mailbox: "support@example.com",
  line: "+12025550100"
} as const

export const staff = {
  sam: { name: "Sam Sloe", email: "sam@example.com", softphone: "client:sam" },
  nia: { name: "Nia Nettle", email: "nia@example.com", softphone: "client:nia" }
} as const

interface Customer {
  readonly name: string
  readonly email: string
  readonly phone?: string
  /** Their workspace shares the channel of the same name with the company. */
  readonly of?: string
  /** HubSpot's records of this person when the day begins: none, one, or one for each further address as well. */
  readonly records: "none" | "one" | "one each"
  /** A second address: on the record too, or on a record of its own. */
  readonly alsoAs?: string
}

/** The Junipers share a telephone. */
const household = "+12025550140"

export const customers = {
  ada: { name: "Ada Alder", email: "ada@alder.example.org", phone: "+12025550121", of: "alder-dental", records: "one" },
  ines: { name: "Ines Ivy", email: "ines@alder.example.org", of: "alder-dental", records: "one" },
  bruno: {
    name: "Bruno Birch",
    email: "bruno@birch.example.org",
    phone: "+12025550122",
    of: "birch-logistics",
    records: "one"
  },
  chiara: {
    name: "Chiara Cedar",
    email: "chiara@cedar.example.org",
    phone: "+12025550123",
    of: "cedar-hotels",
    records: "one"
  },
  dmitri: { name: "Dmitri Dogwood", email: "dmitri@dogwood.example.org", of: "dogwood-schools", records: "one" },
  esra: { name: "Esra Elm", email: "esra@elm.example.org", phone: "+12025550125", of: "elm-and-sons", records: "one" },
  farid: { name: "Farid Fir", email: "farid@fir.example.org", of: "fir-pharmacy", records: "one" },
  grace: {
    name: "Grace Gorse",
    email: "grace@gorse.example.org",
    of: "gorse-media",
    records: "one each",
    alsoAs: "g.gorse@gorse.example.org"
  },
  hugo: {
    name: "Hugo Hazel",
    email: "hugo@hazel.example.org",
    phone: "+12025550128",
    of: "hazel-farm",
    records: "none"
  },
  petra: { name: "Petra Juniper", email: "petra@juniper.example.org", phone: household, records: "one" },
  jon: { name: "Jon Juniper", email: "jon@juniper.example.org", phone: household, records: "one" },
  lena: { name: "Lena Larch", email: "lena@larch.example.org", phone: "+12025550131", records: "one" },
  mara: {
    name: "Mara Maple",
    email: "mara@maple.example.org",
    records: "one",
    alsoAs: "mara.maple@home.example.org"
  }
} as const satisfies Record<string, Customer>

export type CustomerName = keyof typeof customers
export type StaffName = keyof typeof staff
export type Name = CustomerName | StaffName

export const customerNames = Object.keys(customers) as ReadonlyArray<CustomerName>
export const customerOf = (name: CustomerName): Customer => customers[name]
export const isStaff = (name: Name): name is StaffName => name in staff

/** Customers who are in Slack, too. */
export type ChatterName = {
  [Who in CustomerName]: (typeof customers)[Who] extends { readonly of: string } ? Who : never
}[CustomerName]
export const chatterNames = customerNames.filter((name): name is ChatterName => customerOf(name).of !== undefined)

/** Channels that are shared with a customer's company, by its name. */
export type SharedChannel = (typeof customers)[ChatterName]["of"]
export const channelOf = (name: ChatterName): SharedChannel => customers[name].of
export const sharedChannels = [...new Set(chatterNames.map(channelOf))]

/** Staff only: `team-room` is private and read, `customer-cards` is where the cards go. */
export const staffChannels = { teamRoom: "team-room", cards: "customer-cards" } as const
export type ChannelName = SharedChannel | (typeof staffChannels)[keyof typeof staffChannels]
