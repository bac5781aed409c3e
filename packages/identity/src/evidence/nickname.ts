/** Given names that are one name: short forms, and the same name in another language. */
import { englishNicknames } from "./englishNicknames.ts"

/** Whether two folded given names can be the same person's: one is short for the other, or both for a third. */
export const related = (a: string, b: string): boolean => {
  const formsA = forms.get(a)
  const formsB = forms.get(b)
  if (formsA === undefined || formsB === undefined) return false
  for (const form of formsA) if (formsB.has(form)) return true
  return false
}

/** Whether a folded word is a given name in its own right; two such that are not related are two people's. */
export const isKnown = (name: string): boolean => forms.has(name)

/** Whether the name or one of its forms begins with the letter. */
export const beginsWith = (name: string, letter: string): boolean => {
  for (const form of forms.get(name) ?? []) if (form.startsWith(letter)) return true
  return false
}

// ---------------------------------------------------------------------------------------------------------

/** One name a line: its forms in other languages and its short forms, romanised and folded. */
const otherNicknames = `
aleksander:alexander alexandre alessandro alejandro aleksandr oleksandr sasha sascha alex aleks olek sandro sacha alec
aleksandra:alexandra alessandra alejandra oleksandra sasha sascha alex ola sandra sanya
anna:ana anne ann hanna hannah ania anya anka annie anneke anouk annika
anastasia:nastya nastia nastassia stacy anastasiya nastja
antonio:anton antoni anthony antoine toni tony tonio antek
barbara:basia babs barbro
catherine:katarzyna ekaterina katharina katarina caterina catalina katherine kasia katya katja kathrin kate kati
christian:chris krystian cristian kristian
christina:kristina cristina krystyna christine kristine christin kristin kristen
christopher:chris krzysztof christoph christophe cristobal krzys stoffel
dmitri:dmitry dmitriy dmytro dima mitya dimitri
elizabeth:elisabeth elzbieta elisabetta isabel ela elsa liesl lisa elise bettina lisbeth
eva:ewa eve ewunia
felix:feliks
francis:francisco francesco francois franz franciszek paco pancho franco franek kiko
frederick:friedrich federico frederic fryderyk fritz
george:georg jorge giorgio georges jerzy georgi yuri jurek jorg
grzegorz:gregory gregor gregorio grzes greg
guillaume:wilhelm william guillermo guglielmo willi memo
henry:heinrich henri enrique enrico henryk heinz heiner quique kike
ignatius:ignacio nacho ignacy ignaz
ivan:john johann johannes jan juan jean giovanni joao hans vanya ian sean jaan janek jani johan
jacob:jakub jacques james iago giacomo jakob kuba yakov diego santiago jaime
joanna:johanna joan giovanna asia juana jeanne hanna
joseph:jozef josef jose giuseppe pepe yosef iosif sepp jupp beppe
karl:charles carlos carlo karol carl karel charlie
laurence:lorenzo laurent lorenz lars lawrence wawrzyniec
louis:ludwig luis luigi lewis ludwik lluis
lukas:luke luca lucas lukasz luc
magdalena:magda magdalene madeleine lena leni madalena
margaret:margarete malgorzata margarita marguerite margherita gosia greta gretel margot rita peggie peggy
maria:mary marie maryam mariam miriam marysia masha mia marika maja
mark:marek marco marcos marcus markus marc
martin:marcin martino
matthew:matthias mateusz mateo matteo mathieu matvei matthieu
michael:michal miguel michele michel mikhail misha mischa mike miki mikael mikkel michail
mohammed:mohamed muhammad muhammed mohammad mohamad mehmet mahomet mhd mohd mo
natalia:natalie nathalie natasha natalya nataliya
nicholas:nikolaus nicolas niccolo mikolaj nikolai klaus claus kolya niko nico
olga:olha olya
paul:pablo paolo pavel pawel pavlo pasha paulo
peter:pedro pietro pierre piotr pyotr petr petro petya piet peet
philip:felipe filippo philippe filip felipao pip
raphael:rafael raffaele rafal rafa
robert:roberto rob bob robby robbie bobby beto
sean:shaun shawn
sergey:sergei sergio serge serhiy seryozha
simon:szymon shimon semyon simao
sophia:sofia sophie zofia zosia sonya sofie
stanislaw:stanislav staszek stan stas
stephen:stefan steven esteban etienne stefano stepan szczepan steve
susan:suzanne susanne susanna zuzanna zuza susana
svetlana:sveta lana svitlana
tatiana:tatyana tanya tania tetiana
theresa:teresa therese terezia tere
thomas:tomasz tomas tommaso tom tomek
vladimir:volodymyr wlodzimierz vova volodya wladimir vlad
wojciech:adalbert wojtek
yevgeny:eugene evgeny evgenii eugenio zhenya jewgeni eugen
yekaterina:ekaterina katerina katya kateryna
`

const forms = new Map<string, Set<string>>()
const addForm = (name: string, form: string) => {
  const known = forms.get(name)
  if (known === undefined) forms.set(name, new Set([name, form]))
  else known.add(form)
}
for (const entry of `${englishNicknames}|${otherNicknames.trim().replaceAll("\n", "|")}`.split(/[|\n]/)) {
  const [name = "", shorts = ""] = entry.trim().split(":")
  if (name === "") continue
  addForm(name, name)
  for (const short of shorts.split(" ")) addForm(short, name)
}
