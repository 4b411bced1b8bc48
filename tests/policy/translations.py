# ruff: noqa: E501  # rows of tables are as long as they are
"""One policy that uses every sentence and every table of the language, written in each language."""

from __future__ import annotations

ENGLISH = """---
policy: translated
version: "1"
in_force_from: 2020-01-01
calendar: Europe/Kyiv
currency: EUR
governs: purchases from this day
---
# A policy

## 1. First {#first}

Applies to requests with `ground = 'defect'`.

This clause takes precedence over clauses 2 and 3.

We refund `paid` as store credit when **all** of these hold:

- you ask within fourteen days. `days(bought_on, asked_on) <= 14`

Unless **any** of these hold:

- it was spam. `spam`

We refund only when **all** of these hold:

- it was bought by 2 December 2026. `bought_on <= DATE '2026-12-02'`

We need from you **all** of these:

- how many there are. `told(n)`

## 2. Second {#second}

This clause replaces clause 4.

We refund `paid * share` to your account balance when **any** of these hold:

- it is used. `used`

We keep `2.50` when **all** of these hold:

- it is used. `used`

## 3. Third {#third}

We may refund `paid` when **all** of these hold:

- there were refunds before. `count(earlier) > 0`

## 4. Fourth {#fourth}

We do not refund when **any** of these hold:

- one was paid in cash. `any(payments, each.cash)`

## 5. Fifth {#fifth}

This clause takes precedence over every other clause.

Whatever else holds, a person decides when **any** of these hold:

- nobody knows. `NOT spam AND NOT used`

## Shares {#shares}

| `n` | In sentences | `share` | `allowed` | `least` |
|---|---|---|---|---|
| up to 1 | at most 1 | 0.5 | yes | 1000.50 EUR |
| 2 to 7 | from 2 to 7 | 0.25 | no | |
| 8 or more | 8 or more | 0 | unknown | 3.00 EUR |

## Grounds {#grounds}

| Ground | What you choose | Hint | Orders to name |
|---|---|---|---|
| `defect` | It does not work | It breaks. | one |
| `duplicate` | Twice | | pair |
| `automatic_charge` | By itself | | renewals |

## Facts {#facts}

| Fact | Kind | Who tells us | What we ask | Hint | If missing | If it cannot be established | When it applies | In words |
|---|---|---|---|---|---|---|---|---|
| `ground` | choice: defect, duplicate, automatic_charge | request | Why? | | unknown | | | |
| `n` | number | usage | How many? | | unknown | | | {} in all |
| `paid` | money | order | How much? | | unknown | | | paid: {} |
| `currency` | currency | order | In what? | | unknown | | | |
| `bought_on` | date | order | When? | | unknown | | | bought on {} |
| `asked_on` | date | customer | When? | | unknown | | | asked on {} |
| `seen_at` | moment | history | When? | | unknown | | | |
| `used` | yes/no | engineer | Is it used? | | unknown | no | | it is used / it is not used |
| `spam` | yes/no | representative | Is it spam? | | no | | `used` | |
| `pictures` | pictures | customer | Show it. | | 0 | | | |
| `why` | text | customer | Why? | | unknown | | | |
| `earlier` | list of dates | history | When before? | | none | | | |
| `payments` | list: amount money, cash yes/no | order | How? | | unknown | | | |

## Terms {#terms}

| Term | Rule | In words |
|---|---|---|
| `half` | `paid * 0.5` | half is {} |

## Examples {#examples}

| Case | Facts | Decision |
|---|---|---|
| In time | `ground=defect, n=1, paid=10.00, currency=EUR, bought_on=2026-11-02, asked_on=2026-11-05, used=yes, payments=[]` | refund 10.00 EUR (1) |
| Too late | like In time: `bought_on=2026-12-03, asked_on=2026-12-05` | refuse (1(c)) |
| Spam | like In time: `spam=yes` | refund 2.50 EUR (2) |
| Nobody knows | like In time: `used=no` | a person decides (5(a)) |
| Not known | like In time: `n=unknown` | to be established (n) |
"""

GERMAN = """---
policy: translated
version: "1"
language: de
in_force_from: 2020-01-01
calendar: Europe/Kyiv
currency: EUR
governs: Käufe ab diesem Tag
---
# Eine Richtlinie

## 1. Erstens {#first}

Gilt für Anträge mit `ground = 'defect'`.

Diese Klausel geht den Klauseln 2 und 3 vor.

Wir erstatten `paid` als Guthaben für den Laden, wenn **alle** diese Bedingungen erfüllt sind:

- Sie fragen innerhalb von vierzehn Tagen. `days(bought_on, asked_on) <= 14`

Es sei denn, **eine** dieser Bedingungen ist erfüllt:

- es war Spam. `spam`

Wir erstatten nur, wenn **alle** diese Bedingungen erfüllt sind:

- gekauft wurde bis zum 2. Dezember 2026. `bought_on <= DATE '2026-12-02'`

Wir brauchen von Ihnen **alles** davon:

- wie viele es sind. `told(n)`

## 2. Zweitens {#second}

Diese Klausel ersetzt die Klausel 4.

Wir erstatten `paid * share` auf Ihr Kundenkonto, wenn **eine** dieser Bedingungen erfüllt ist:

- es wird benutzt. `used`

Wir behalten `2.50`, wenn **alle** diese Bedingungen erfüllt sind:

- es wird benutzt. `used`

## 3. Drittens {#third}

Wir können `paid` erstatten, wenn **alle** diese Bedingungen erfüllt sind:

- es gab schon Erstattungen. `count(earlier) > 0`

## 4. Viertens {#fourth}

Wir erstatten nicht, wenn **eine** dieser Bedingungen erfüllt ist:

- etwas wurde bar bezahlt. `any(payments, each.cash)`

## 5. Fünftens {#fifth}

Diese Klausel geht jeder anderen Klausel vor.

Was auch sonst gilt, ein Mensch entscheidet, wenn **eine** dieser Bedingungen erfüllt ist:

- niemand weiß es. `NOT spam AND NOT used`

## Anteile {#shares}

| `n` | In Sätzen | `share` | `allowed` | `least` |
|---|---|---|---|---|
| höchstens 1 | höchstens 1 | 0,5 | ja | 1000,50 EUR |
| 2 bis 7 | von 2 bis 7 | 0,25 | nein | |
| 8 oder mehr | ab 8 | 0 | unbekannt | 3,00 EUR |

## Gründe {#grounds}

| Grund | Was Sie wählen | Hinweis | Zu nennende Bestellungen |
|---|---|---|---|
| `defect` | Es geht nicht | Es bricht. | eine |
| `duplicate` | Doppelt | | ein Paar |
| `automatic_charge` | Von selbst | | Verlängerungen |

## Angaben {#facts}

| Angabe | Art | Wer sie macht | Was wir fragen | Hinweis | Wenn sie fehlt | Wenn sie nicht festzustellen ist | Wann sie zählt | In Worten |
|---|---|---|---|---|---|---|---|---|
| `ground` | Auswahl: defect, duplicate, automatic_charge | Antrag | Warum? | | unbekannt | | | |
| `n` | Zahl | Nutzung | Wie viele? | | unbekannt | | | {} im Ganzen |
| `paid` | Betrag | Bestellung | Wie viel? | | unbekannt | | | gezahlt: {} |
| `currency` | Währung | Bestellung | Worin? | | unbekannt | | | |
| `bought_on` | Datum | Bestellung | Wann? | | unbekannt | | | gekauft am {} |
| `asked_on` | Datum | Kunde | Wann? | | unbekannt | | | gefragt am {} |
| `seen_at` | Zeitpunkt | Vorgeschichte | Wann? | | unbekannt | | | |
| `used` | ja/nein | Entwickler | Wird es benutzt? | | unbekannt | nein | | es wird benutzt / es wird nicht benutzt |
| `spam` | ja/nein | Sachbearbeiter | Ist es Spam? | | nein | | `used` | |
| `pictures` | Bilder | Kunde | Zeigen Sie es. | | 0 | | | |
| `why` | Text | Kunde | Warum? | | unbekannt | | | |
| `earlier` | Liste von Daten | Vorgeschichte | Wann davor? | | keine | | | |
| `payments` | Liste: amount Betrag, cash ja/nein | Bestellung | Wie? | | unbekannt | | | |

## Begriffe {#terms}

| Begriff | Regel | In Worten |
|---|---|---|
| `half` | `paid * 0.5` | die Hälfte ist {} |

## Beispiele {#examples}

| Fall | Angaben | Entscheidung |
|---|---|---|
| Rechtzeitig | `ground=defect, n=1, paid=10.00, currency=EUR, bought_on=2026-11-02, asked_on=2026-11-05, used=yes, payments=[]` | erstatten 10.00 EUR (1) |
| Zu spät | wie Rechtzeitig: `bought_on=2026-12-03, asked_on=2026-12-05` | ablehnen (1(c)) |
| Spam | wie Rechtzeitig: `spam=yes` | erstatten 2.50 EUR (2) |
| Niemand weiß es | wie Rechtzeitig: `used=no` | ein Mensch entscheidet (5(a)) |
| Nicht bekannt | wie Rechtzeitig: `n=unknown` | noch festzustellen (n) |
"""

UKRAINIAN = """---
policy: translated
version: "1"
language: uk
in_force_from: 2020-01-01
calendar: Europe/Kyiv
currency: EUR
governs: покупки від цього дня
---
# Правила

## 1. Перше {#first}

Стосується запитів, у яких `ground = 'defect'`.

Цей пункт має перевагу над пунктами 2 і 3.

Ми повертаємо `paid` кредитом магазину, коли виконуються **всі** ці умови:

- ви просите протягом чотирнадцяти днів. `days(bought_on, asked_on) <= 14`

Крім випадків, коли виконується **хоча б одна** з цих умов:

- це був спам. `spam`

Ми повертаємо лише тоді, коли виконуються **всі** ці умови:

- куплено до 2 грудня 2026 р. `bought_on <= DATE '2026-12-02'`

Нам потрібно від вас **усе** це:

- скільки їх. `told(n)`

## 2. Друге {#second}

Цей пункт замінює пункт 4.

Ми повертаємо `paid * share` на баланс вашого рахунку, коли виконується **хоча б одна** з цих умов:

- цим користуються. `used`

Ми залишаємо собі `2.50`, коли виконуються **всі** ці умови:

- цим користуються. `used`

## 3. Третє {#third}

Ми можемо повернути `paid`, коли виконуються **всі** ці умови:

- кошти вже повертали. `count(earlier) > 0`

## 4. Четверте {#fourth}

Ми не повертаємо, коли виконується **хоча б одна** з цих умов:

- щось сплачено готівкою. `any(payments, each.cash)`

## 5. П’яте {#fifth}

Цей пункт має перевагу над усіма іншими пунктами.

Хай там як, вирішує людина, коли виконується **хоча б одна** з цих умов:

- ніхто не знає. `NOT spam AND NOT used`

## Частки {#shares}

| `n` | Реченням | `share` | `allowed` | `least` |
|---|---|---|---|---|
| щонайбільше 1 | щонайбільше 1 | 0,5 | так | 1000,50 EUR |
| від 2 до 7 | від 2 до 7 | 0,25 | ні | |
| 8 або більше | від 8 | 0 | невідомо | 3,00 EUR |

## Підстави {#grounds}

| Підстава | Що ви обираєте | Підказка | Які замовлення назвати |
|---|---|---|---|
| `defect` | Не працює | Ламається. | одне |
| `duplicate` | Двічі | | пара |
| `automatic_charge` | Саме собою | | продовження |

## Факти {#facts}

| Факт | Вид | Хто повідомляє | Що ми питаємо | Підказка | Якщо немає | Якщо не вдається встановити | Коли стосується | Словами |
|---|---|---|---|---|---|---|---|---|
| `ground` | вибір: defect, duplicate, automatic_charge | запит | Чому? | | невідомо | | | |
| `n` | число | користування | Скільки? | | невідомо | | | усього {} |
| `paid` | сума | замовлення | Скільки? | | невідомо | | | сплачено: {} |
| `currency` | валюта | замовлення | У чому? | | невідомо | | | |
| `bought_on` | дата | замовлення | Коли? | | невідомо | | | куплено {} |
| `asked_on` | дата | клієнт | Коли? | | невідомо | | | запит отримано {} |
| `seen_at` | момент | історія | Коли? | | невідомо | | | |
| `used` | так/ні | інженер | Цим користуються? | | невідомо | ні | | цим користуються / цим не користуються |
| `spam` | так/ні | представник | Це спам? | | ні | | `used` | |
| `pictures` | зображення | клієнт | Покажіть. | | 0 | | | |
| `why` | текст | клієнт | Чому? | | невідомо | | | |
| `earlier` | список дат | історія | Коли раніше? | | немає | | | |
| `payments` | список: amount сума, cash так/ні | замовлення | Як? | | невідомо | | | |

## Поняття {#terms}

| Поняття | Правило | Словами |
|---|---|---|
| `half` | `paid * 0.5` | половина — {} |

## Приклади {#examples}

| Випадок | Факти | Рішення |
|---|---|---|
| Вчасно | `ground=defect, n=1, paid=10.00, currency=EUR, bought_on=2026-11-02, asked_on=2026-11-05, used=yes, payments=[]` | повернути 10.00 EUR (1) |
| Запізно | як Вчасно: `bought_on=2026-12-03, asked_on=2026-12-05` | відмовити (1(c)) |
| Спам | як Вчасно: `spam=yes` | повернути 2.50 EUR (2) |
| Ніхто не знає | як Вчасно: `used=no` | вирішує людина (5(a)) |
| Невідомо | як Вчасно: `n=unknown` | треба встановити (n) |
"""

TRANSLATIONS = {"en": ENGLISH, "de": GERMAN, "uk": UKRAINIAN}
