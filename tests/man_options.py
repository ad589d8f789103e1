"""The option tables, the help, the manual and the completions name the same options.

Each option has one place in the manual: its command's page, or profkit(1) where commands share it. There it stands as
the table has it ("-n, --top N"), with every choice, and with its default where the help names one.
usage: man_options.py MANFOLDER TABLES (the output of tests/show_options); PROFKIT is the program.
"""
import os
import re
import subprocess
import sys
from collections import namedtuple

PROFKIT = os.environ['PROFKIT']
Option = namedtuple('Option', 'command place name letter argument choices help')
failed = 0


def check(name, problems):
    """One line of result; `problems` are the reasons why it does not hold."""
    global failed
    print('%s %s' % ('not ok' if problems else 'ok', name))
    for problem in problems:
        print('    ' + problem)
    failed += bool(problems)


def tag_of(option):
    """As help and manual write it."""
    text = '--' + option.name if option.letter == '-' else '-%s, --%s' % (option.letter, option.name)
    return text if option.argument == '-' else text + ' ' + option.argument


def words_of(line):
    """The arguments of a macro: words, or what stands between quotes."""
    return [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', line)]


def plain(line):
    """A line of the manual as it is read."""
    macro = re.match(r"[.'](\w+) ?(.*)", line)
    if macro:
        joint = '' if re.fullmatch('[BIR]{2}', macro[1]) else ' '
        line = joint.join(words_of(macro[2]))
    line = re.sub(r'\\f.|\\&', '', line)
    return line.replace('\\-', '-').replace('\\(lq', '“').replace('\\(rq', '”').replace('\\e', '\\')


def entries(page):
    """{tag: text} of the options of a page. Tags that share a text (.TQ) share it here."""
    found = {}
    lines = page.splitlines()
    tags = []
    for i, line in enumerate(lines):
        if line in ('.TP', '.TQ') or i and lines[i - 1] in ('.TP', '.TQ'):
            if line == '.TP':
                tags = []
            elif line != '.TQ':
                tags.append(plain(line))
                if tags[-1] in found and tags[-1].startswith('-'):
                    found[tags[-1]] += ' (twice)'
                found.setdefault(tags[-1], '')
        elif re.match(r'\.(SH|SS|PP)', line):
            tags = []
        else:
            for tag in tags:
                found[tag] += ' ' + plain(line)
    return {tag: text for tag, text in found.items() if tag.startswith('-')}


def problems_of_text(option, text):
    """Whether the manual tells every choice and the default."""
    if '(twice)' in text:
        yield '%s stands twice in the page' % tag_of(option)
    for choice in option.choices.split(',') if option.choices != '-' else ():
        if not re.search(r'(?<![\w-])%s(?![\w-])' % re.escape(choice), text):
            yield '%s: the manual does not name the choice %s' % (tag_of(option), choice)
    default = re.search(r'\(default:? ([^)]*)\)', option.help)
    if default and not re.search(r'default|unless|without it', text):
        yield '%s: the manual tells no default; help has "%s"' % (tag_of(option), default[1])
    value = re.search(r'\(default ([\w.-]+)\)', option.help)
    if value and not re.search(r'(?<![\w.-])%s(?![\w-])' % re.escape(value[1]), text.replace(',', '')):
        yield '%s: the manual does not name the default %s' % (tag_of(option), value[1])


def compare(page, options, found):
    """What differs between the options of a table and a page."""
    wanted = {tag_of(option): option for option in options}
    for tag in wanted.keys() - found.keys():
        yield 'man/%s lacks an entry "%s" (after .TP)' % (page, tag)
    for tag in found.keys() - wanted.keys():
        yield 'man/%s has "%s", which no table has' % (page, tag)
    for tag in wanted.keys() & found.keys():
        yield from problems_of_text(wanted[tag], found[tag])


def run(*arguments):
    return subprocess.run([PROFKIT, *arguments], check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL).stdout


def check_help(command, options):
    shown = re.findall(r'^ +(?:-\w, )?--[a-z-]+(?: [A-Z=[\]:/]+)?', run('help', command), re.M)
    shown = sorted(line.strip() for line in shown)
    wanted = sorted(tag_of(option) for option in options)
    check('the help of %s has the options of the table' % command,
          ['help: %s' % ', '.join(shown), 'table: %s' % ', '.join(wanted)] if shown != wanted else [])


def check_completion(shell, tables):
    """Every command, option and choice is a word of the script."""
    text = run('completion', shell)
    missing = []
    for command, options in tables.items():
        words = {command} | {option.name for option in options}
        for option in options:
            words.update(option.choices.split(',') if option.choices != '-' else ())
        missing += ['%s: %s' % (command, word) for word in sorted(words)
                    if not re.search(r'(?<![\w-])(--)?%s(?![\w-])' % re.escape(word), text)]
    check('the completion for %s has all commands, options and choices' % shell, missing)


def main():
    folder, listing = sys.argv[1:]
    tables = {}
    with open(listing, encoding='utf-8') as lines:
        for line in lines:
            option = Option(*line.rstrip('\n').split('\t'))
            tables.setdefault(option.command, []).append(option)
    common = {option.name: option for options in tables.values() for option in options if option.place == 'common'}
    for command, options in tables.items():
        check_help(command, options)
        page = 'profkit-%s.1' % command
        try:
            with open(os.path.join(folder, page), encoding='utf-8') as file:
                found = entries(file.read())
        except FileNotFoundError:
            check('%s has a page' % command, ['man/%s is missing; copy that of another command' % page])
            continue
        check('the page of %s has its options' % command,
              list(compare(page, [option for option in options if option.place == 'own'], found)))
    with open(os.path.join(folder, 'profkit.1'), encoding='utf-8') as file:
        text = file.read()
    check('profkit(1) has the options that commands share',
          list(compare('profkit.1', common.values(), entries(text))))
    check('profkit(1) lists all commands',
          ['man/profkit.1 lacks an entry ".B %s"' % command for command in tables
           if not re.search(r'^\.B %s$' % command, text, re.M)])
    if 'completion' in tables:
        for shell in ('bash', 'zsh', 'fish'):
            check_completion(shell, tables)
    sys.exit(1 if failed or not tables else 0)


main()
