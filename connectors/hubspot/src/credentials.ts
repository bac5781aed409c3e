/** What a HubSpot account is reached with, and how it is set up. */
import { Credentials as Field } from "@interchannel/connector"
import * as Schema from "effect/Schema"

const Text = Schema.NonEmptyString

export const Credentials = Schema.Struct({
  /** Service Keys and app tokens are both static and both work; a Service Key gets no webhooks. */
  accessToken: Field.secret({
    from: "HubSpot, Settings, Integrations: the Service Key, or the access token on your app's Auth page"
  }),
  /** With the secret: the webhooks journal is read. */
  clientId: Schema.optional(Text.pipe(Field.remedy("copy the Client ID from your app's Auth page in HubSpot"))),
  /** Webhook signatures are checked with it; without it every push is refused. */
  clientSecret: Schema.optional(Field.secret({ from: "your app's Auth page in HubSpot" }))
})
export type Credentials = typeof Credentials.Type

/** The account's plan decides how much may be asked; `increase` is the API limit increase that can be bought. */
export const Tier = Schema.Literal("free", "starter", "professional", "enterprise", "increase")
export type Tier = typeof Tier.Type

export const Settings = Schema.Struct({
  /** The Hub ID. Pushes that name another account tell nothing here. */
  portalId: Schema.Int.pipe(
    Schema.positive(),
    Field.remedy("enter the Hub ID: the number in the address of every page of your HubSpot account")
  ),
  apiUrl: Schema.optionalWith(Text, { default: () => "https://api.hubapi.com" }),
  /** Our own property, with unique values, on contacts and on every kind of timeline entry. */
  uniqueProperty: Schema.optionalWith(Schema.String.pipe(Schema.pattern(/^[a-z][a-z0-9_]{0,99}$/)), {
    default: () => "interchannel_id"
  }),
  tier: Schema.optionalWith(Tier, { default: () => "free" as const }),
  /** The account's time zone in minutes ahead of UTC: the daily allowance begins anew at its midnight. */
  utcOffsetMinutes: Schema.optionalWith(Schema.Int.pipe(Schema.between(-720, 840)), { default: () => 0 }),
  /** Further contact properties to read; they become custom fields. */
  contactProperties: Schema.optionalWith(Schema.Array(Text).pipe(Schema.maxItems(100)), { default: () => [] })
})
export type Settings = typeof Settings.Type
