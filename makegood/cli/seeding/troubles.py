"""What goes wrong with the products, as members tell it and as engineers write it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One bug: `title` and `recipe` are ours, `description` and `steps` a member's."""

    sku: str
    title: str
    recipe: str
    description: str
    steps: str
    message: str
    detail: str


STOPS_AT_BLANK_LINE = Trouble(
    sku="mail-sender",
    title="Sending stops at a blank line in the address list",
    recipe="1. Open a list with a blank line in it.\n2. Send any letter.\n3. It stops at the blank line.",
    description="It stops in the middle of sending. Of 2,150 addresses only 412 got my letter, every time "
    "the same 412. I expected all of them to get it.",
    steps="1. I opened my list of customers.\n2. I wrote the letter and pressed Send.\n3. At 412 of 2,150 "
    "the message in the picture appeared, and after OK nothing more was sent.",
    message="Sending was interrupted.",
    detail="Unexpected end of list at record 413. 412 of 2,150 letters were sent.",
)
CLOSES_ON_LONG_ANSWER = Trouble(
    sku="mail-verifier-desktop",
    title="The program closes when a server answers with a very long line",
    recipe="1. Verify an address of a domain whose server greets with more than 64 kB.\n2. The program ends.",
    description="Mail Verifier closes by itself while it verifies my list, and the results so far are gone. "
    "I tried four times on two computers.",
    steps="1. File, Open, my list with 18,000 addresses.\n2. Verify.\n3. After some minutes the message "
    "comes and the program is gone.",
    message="Mail Verifier has stopped working.",
    detail="Access violation at address 00408F2C in module ‘verifier.exe’. Read of address 00010000.",
)
LOSES_ACCENTS = Trouble(
    sku="list-manager",
    title="Names with accents turn into question marks after an import",
    recipe="1. Import a CSV file in UTF-8 without a byte order mark.\n2. Letters beyond ASCII become ?.",
    description="All names with special letters are destroyed by the import: Zdeněk becomes Zden?k. "
    "I cannot write to my customers like that.",
    steps="1. I exported the list from our shop as CSV.\n2. In List Manager: Lists, Import.\n3. I looked at "
    "the first page.",
    message="14 names could not be read.",
    detail="They are shown with question marks. Row 2: Zden?k Dvo??k. Row 3: ??rka ??hov?.",
)
AN_HOUR_LATE = Trouble(
    sku="atomic-mail",
    title="Scheduled letters leave an hour late",
    recipe="1. Schedule a letter for 9:00 in a zone with daylight saving.\n2. It should leave at 9:00.",
    description="Letters that I schedule for 9 in the morning leave at 10. For our webinar that is late.",
    steps="1. I wrote the invitation.\n2. Scheduled for 9:00, my time zone.\n3. It was sent at 10:00, see "
    "the picture.",
    message="Your letter was sent at 10:00.",
    detail="Planned for 09:00. Recipients: 320. Time zone of the account: as set in your profile.",
)
SMS_TWICE = Trouble(
    sku="sms-balance",
    title="A message to several numbers is charged twice",
    recipe="1. Send one message to two numbers.\n2. Compare the balance before and after.",
    description="Every message takes twice from the balance. I sent 20 and 40 are gone.",
    steps="1. Balance before: 150.\n2. I sent one message to 20 numbers.\n3. Balance after: 110.",
    message="Your message was sent to 20 numbers.",
    detail="Used: 40 messages. Remaining balance: 110 messages.",
)
NO_LICENCE = Trouble(
    sku="mail-sender-pro",
    title="The licence is not accepted after a change of computers",
    recipe="1. Activate on one computer.\n2. Deactivate.\n3. Activate on another.",
    description="After I moved to a new computer the program says that my licence is in use, although I "
    "deactivated the old one. Support was closed, I cannot work.",
    steps="1. Help, Deactivate on the old computer.\n2. Installed on the new one.\n3. Typed the licence key.",
    message="This licence is in use on another computer.",
    detail="Activation 1 of 1 is taken (code 409). Deactivate it there, or contact the vendor.",
)
FINDS_NOTHING = Trouble(
    sku="address-extractor",
    title="Addresses in attachments are not found",
    recipe="1. Choose a folder of letters with PDF attachments.\n2. Extract.\n3. None of them is read.",
    description="It finds no address in PDF files, though your page says that it reads them.",
    steps="1. New search, folder with 40 PDF files.\n2. Start.\n3. Result: 0 addresses, in three seconds.",
    message="0 addresses were found.",
    detail="40 files, 0 read, 40 skipped (unknown format). See the log for the names of the files.",
)
