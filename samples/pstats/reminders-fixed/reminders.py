"""Writes the weekly reminder e-mails of a small club; nothing is sent, the outbox is a folder.

The contact file is read once, into a table by name, before the first e-mail.
"""

import csv
import datetime
import os
import random
import shutil
import tempfile
from email.message import EmailMessage

MEMBERS = 480
EVENTS = 18
TODAY = datetime.date(2026, 3, 2)

FIRST = ["Ada", "Bo", "Cleo", "Dana", "Eli", "Finn", "Gwen", "Hal", "Ines", "Jon"]
MIDDLE = "ABCDE"
LAST = ["Adler", "Berg", "Costa", "Dietz", "Ek", "Falk", "Gray", "Holm", "Iwata", "Jensen", "Kern", "Lund"]


def make_club(folder):
    """The input of the script: a contact file and a list of events with those who signed up."""
    chance = random.Random(11)
    names = [f"{first} {m}. {last}" for m in MIDDLE for first in FIRST for last in LAST][:MEMBERS]
    with open(os.path.join(folder, "contacts.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "address", "language", "born", "phone"])
        for n, name in enumerate(names):
            address = name.lower().replace(".", "").replace(" ", ".") + "@club.example"
            born = datetime.date(1960, 1, 1) + datetime.timedelta(days=chance.randrange(15000))
            writer.writerow([name, address, chance.choice("en de fr".split()), born, f"0{n:06d}"])
    with open(os.path.join(folder, "events.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for n in range(EVENTS):
            day = TODAY + datetime.timedelta(days=chance.randrange(14))
            writer.writerow([f"event {n}", day, "; ".join(chance.sample(names, 14))])


def read_contacts(path):
    contacts = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            row["born"] = datetime.date.fromisoformat(row["born"])
            row["name"] = " ".join(row["name"].split())
            contacts.append(row)
    return contacts


def find_contact(contacts, name):
    if name not in contacts:
        raise LookupError(name)
    return contacts[name]


def read_events(folder):
    with open(os.path.join(folder, "events.csv"), newline="", encoding="utf-8") as file:
        for title, day, people in csv.reader(file):
            yield title, datetime.date.fromisoformat(day), people.split("; ")


GREETINGS = {"en": "Dear", "de": "Hallo", "fr": "Bonjour"}


def write_mail(contact, title, day):
    mail = EmailMessage()
    mail["From"] = "office@club.example"
    mail["To"] = contact["address"]
    mail["Subject"] = f"{title} on {day:%d %B}"
    lines = [f"{GREETINGS[contact['language']]} {contact['name']},", "", f"see you at {title}."]
    if contact["born"].replace(year=day.year) == day:
        lines.append("Happy birthday!")
    mail.set_content("\n".join(lines))
    return mail


def store(folder, number, mail):
    with open(os.path.join(folder, f"{number:04d}.eml"), "wb") as file:
        file.write(bytes(mail))


def main():
    folder = tempfile.mkdtemp(prefix="reminders-")
    try:
        make_club(folder)
        number = 0
        contacts = {}
        for contact in read_contacts(os.path.join(folder, "contacts.csv")):
            contacts.setdefault(contact["name"], contact)
        for title, day, people in read_events(folder):
            if (day - TODAY).days > 7:
                continue
            for name in people:
                contact = find_contact(contacts, name)
                store(folder, number, write_mail(contact, title, day))
                number += 1
        print(f"{number} reminders written")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
