/** The words around and inside names. Lower case without dots, unless a list says otherwise. */

const set = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/))

/** Forms of address and titles, wherever a name begins with one. */
export const prefixes = set(`
  mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend rabbi hon capt captain lt sgt
  herr frau hr fru dipl-ing
  monsieur madame mademoiselle mme mlle
  sra srta srto señor señora señorita sr dña doña snr sig signor signora sigra sig.ra dott dottssa dottore avv
  senhor senhora dra profa dhr mevr mevrouw meneer mw heer
  pani fröken rouva herra bayan sayın г-н г-жа господин госпожа пан пані κος κα
  shri smt sheikh sheikha datuk dato' السيد السيدة الدكتور
`)
/** Only with their dot: without it they are names or initials. */
export const dottedPrefixes = set("m mag ing fr hon gen col maj dipl arch rag")
/** Only behind another title: "Dr. med.", "Prof. Dr. h. c.", "Mr & Mrs". */
export const afterPrefix = set("& and und et med rer nat phil iur jur hc dent vet oec pol ing habil mult dr mrs frau")

/** As we write them. */
export const suffixes: ReadonlyMap<string, string> = new Map([
  ["jr", "Jr"],
  ["jnr", "Jr"],
  ["junior", "Jr"],
  ["júnior", "Jr"],
  ["sr", "Sr"],
  ["snr", "Sr"],
  ["senior", "Sr"],
  ["ii", "II"],
  ["iii", "III"],
  ["iv", "IV"],
  ["phd", "PhD"],
  ["md", "MD"],
  ["dds", "DDS"],
  ["dvm", "DVM"],
  ["mba", "MBA"],
  ["cpa", "CPA"],
  ["esq", "Esq"],
  ["rn", "RN"],
  ["bsc", "BSc"],
  ["msc", "MSc"],
  ["llm", "LLM"],
  ["llb", "LLB"],
  ["obe", "OBE"],
  ["mbe", "MBE"],
  ["filho", "Filho"],
  ["neto", "Neto"],
  ["sobrinho", "Sobrinho"],
  ["fils", "fils"],
  ["père", "père"]
])

/** What belongs to the family name behind it. */
export const particles = set(`
  van von vom de der den del della delle dello degli dei di da do dos das du des la le las los lo el al ad bin binti
  bint ibn ben abu abd zu zum zur ter ten te tot op 't af av auf im st st. san santa ap ab mac mc nic ó ní بن ابن بنت آل أبو
`)
/** Particles that are given names as well: not lowered in a shouted name. */
export const givenToo = set("ben san santa lo te abu ad ab mac mc ó ní st st. nic el bin abd op")
/** Join two family names: "Ortega y Gasset". */
export const conjunctions = set("y i e und")

/** Whole folded names that name nobody. */
export const placeholders: ReadonlySet<string> = new Set(
  `
  test|tests|tester|testing|test test|test user|testuser|test name|unknown|unknown caller|unknown user|unknown name
  unknown visitor|n a|na|none|null|undefined|nil|nan|no name|noname|no name given|not provided|name|your name
  first name|last name|first last|first name last name|customer|client|guest|guest user|user|visitor|anonymous
  anonymous user|anonymous visitor|anon|caller|wireless caller|private caller|private number|toll free call|unavailable
  withheld|restricted|blocked|private|contact|new contact|lead|new lead|asdf|asd|qwerty|xxx|x|foo|foo bar|dummy|sample
  whatsapp user|facebook user|instagram user|telegram user|slack user|deleted user|deleted account|former user
  unbekannt|anonym|kunde|gast|besucher|kein name|inconnu|anonyme|client inconnu|visiteur|desconocido|anonimo|cliente
  invitado|sin nombre|sconosciuto|visitatore|desconhecido|visitante|onbekend|klant|bezoeker
  `
    .trim()
    .split(/\s*[|\n]\s*/)
)

/** Legal forms no person is called. */
export const legalForms = set(`
  gmbh mbh ggmbh ohg kgaa llc llp inc incorporated ltd limited corp corporation plc pty pvt sarl sasu eurl
  srl spa sapa srls ltda eireli sociedad sociedade bvba aps oyj kft zrt nyrt sro spzoo doo jsc pjsc gbr
  ооо оао зао пао
`)
/** In capitals only. */
export const shortLegalForms = set("AG AB AS SA SE CO SL BV NV KG OY KK LP PC SAS SNC AS ASA SC UG EG EV")
/** Found anywhere: scripts without spaces. */
export const companyParts: ReadonlyArray<string> = [
  "株式会社",
  "有限会社",
  "有限公司",
  "주식회사",
  "& Co",
  "A/S",
  "Sp. z o.o",
  "z o.o.",
  " e.V.",
  " eG"
]
/** A function, not somebody: one such word in a display name is enough. Folded. */
export const functions = set(`
  team support helpdesk newsletter noreply mailer postmaster notifications notification billing accounting reception
  marketing department dept kundenservice kundendienst kundenbetreuung vertrieb buchhaltung sekretariat
  facturation ventas soporte fatturazione klantenservice administrator webmaster
`)
/** The same in several words. Folded. */
export const functionPhrases =
  /\b(?:customer (?:care|service|success|support)|service (?:desk|client)|no reply|do not reply|mail delivery|front desk|sales team|the .* team|human resources)\b/
