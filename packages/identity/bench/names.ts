/** What the generated people are called: common names of several cultures, with how others write them. */

export interface Given {
  readonly name: string
  /** Short forms and other spellings that the same person goes by. */
  readonly forms: ReadonlyArray<string>
  readonly native?: string
}

const given = (line: string): Given => {
  const [name = "", forms = "", native] = line.split(":")
  return { name, forms: forms.split(" ").filter((form) => form !== ""), ...(native === undefined ? {} : { native }) }
}

/** The commonest first, as in life. */
export const givens: ReadonlyArray<Given> = `
Michael:Mike Mick
James:Jim Jamie
Mary:Molly
John:Jack Johnny
Robert:Bob Rob
Jennifer:Jen Jenny
Maria:
David:Dave
Elizabeth:Liz Beth
William:Bill Will
Anna:Annie
Thomas:Tom
Patricia:Pat Patty
Katarzyna:Kasia:
Richard:Rick Dick
Susan:Sue
Joseph:Joe
Aleksandr:Sasha:Александр
Christopher:Chris
Margaret:Peggy Meg
Daniel:Dan
Olga::Ольга
Matthew:Matt
Anthony:Tony
Dmitry:Dima:Дмитрий
Piotr:
Andrew:Andy Drew
Natalia:Natasha:Наталья
Wei::伟
Edward:Ed Ted
Nicholas:Nick
Victoria:Vicky
Jürgen:
Samuel:Sam
Benjamin:Ben
Rebecca:Becky
Alexandra:Alex
Jie::杰
Łukasz:
Deborah:Debbie
Gregory:Greg
Zofia:
Timothy:Tim
Catherine:Kate Cathy
Hans:
Francisco:Paco
Fatima:
Mohamed:
Yuki:
Ingrid:
Giulia:
Mateo:
Leila:
Björn:
Chloé:
Amina:
Kofi:
Priya:
Rajesh:
Soledad:
`
  .trim()
  .split("\n")
  .map(given)

export interface Family {
  readonly name: string
  readonly native?: string
}

export const families: ReadonlyArray<Family> = `
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson Anderson Thomas Taylor
Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright
Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Kowalski Nowak
Wójcik Müller Schmidt Schneider Weber Fischer Rossi Bianchi Dubois Lefèvre Silva Santos Haddad Okafor Mensah Patel
Sharma Tanaka Sato Kim Park Ivanov/Иванов Petrov/Петров Vasiliev/Васильев Kuznetsov/Кузнецов Sokolov/Соколов Wang/王
Zhang/张 Liu/刘 Chen/陈 Lindqvist Johansson Nilsson Bakker Visser Peeters Horvat Novák Popescu Papadopoulos Yılmaz
`
  .trim()
  .split(/\s+/)
  .map((entry) => {
    const [name = "", native] = entry.split("/")
    return native === undefined ? { name } : { name, native }
  })

/** Makes rarer family names out of pieces, so that most people do not share theirs. */
export const pieces = {
  first:
    "Alder Birk Cald Dren Elm Fair Gold Hart Isen Kel Lang Mar North Oak Pell Quin Rav Stan Thorn Wex Ambro Bel Cor Dun Ever Fin Gris Hol Ing Jar Kin Lor Mont Nor Ost Pem Ros Sil Tal Var".split(
      " "
    ),
  last: "berg son ton field ham wick ley man stein ford well shaw more burn dale worth croft ridge land brook".split(
    " "
  )
}

const combine = (starts: string, ends: string): ReadonlyArray<string> =>
  starts.split(" ").flatMap((start) => ends.split(" ").map((end) => start + end))

export const streets = combine(
  "Sample Maple Station Church Garden Mill Park School River Hill Orchard Bridge Market Forest Lake Abbey Canal Elm Fox Rose",
  "field gate side view grove lane walk mead well hurst brook down end hill moor rise yard bank combe fold"
)
export const cities = combine(
  "Example Sample Test Mock Fict Invent Demo Place Form Draft Trial Proto",
  "ville ton bury ford town ham holm field stead wick"
)
