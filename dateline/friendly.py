"""Dates in English words, read as the one EDTF form that says the same.

    >>> read("before 1920", fault)
    (Date(text='[..1919]', ...), 'write "[..1919]", or ../1919 if it lasted until then')

Words are read only if they can mean one thing. What could mean two (03/04/2012), depends on the day
of reading (last spring) or has no edges (the end of 2013) is refused with the reason. Figures in
another notation than EDTF's (2012/3/5) are refused too, with the EDTF to write: one way to write
figures keeps a collection searchable. Only English is read, whatever the language of the site.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable

from dateline import edtf, patterns
from dateline.edtf import Date, Day, Invalid

_LONGEST = 80
"""No date takes more characters; what is longer is not searched for one."""


def read(text: str, fault: Invalid) -> tuple[Date, str]:
    """Return the date that words stand for, and what to write instead.

    `fault` is what EDTF finds wrong with the text. It is raised, with a better hint where there is
    one, or another Invalid that knows more, if the text is no date in words either.
    """
    if len(text) > _LONGEST:
        raise fault
    words = _words(text)
    _refuse_unclear(text, words, fault)
    reading = _reading(words, _ALL)
    if not reading:
        _refuse_impossible(text, words)
        raise fault
    date = edtf.parse(reading)
    if _is_notation(text, words):
        raise Invalid(fault.message, f"write {quoted(reading)}", fault.offset, fault.length)
    return date, f"write {quoted(reading)}{_remark(date)}"


def quoted(text: str) -> str:
    """Return EDTF as YAML has to have it: sets and lists in double quotes."""
    return f'"{text}"' if text.startswith(("[", "{")) else text


def _words(text: str) -> str:
    """Return the text in small letters, with plain digits, hyphens and single spaces."""
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text.lower())
    if "-" in plain:  # Beside hyphens, a dash stands between two dates.
        plain = re.sub("[\u2013-\u2015]", " - ", plain)
    words = " ".join(re.sub("[\u2010-\u2015\u2212]", "-", plain).split())
    return re.sub("^((?:the )?winter(?: of)? [0-9]{4})/([0-9]{2})$", r"\1-\2", words)


def _refuse_unclear(text: str, words: str, fault: Invalid) -> None:
    """Raise Invalid for words that do not say one thing."""
    for pattern, explain in _UNCLEAR:
        match = re.fullmatch(pattern, words)
        if match and (found := explain(*match.groups())):
            message, hint = found
            if not message:
                raise Invalid(fault.message, hint, fault.offset, fault.length)
            raise Invalid(f"'{text}' {message}", hint, 0, len(text))


def _refuse_impossible(text: str, words: str) -> None:
    """Raise Invalid for words that are understood, but of which there is no such date."""
    if re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}(/[0-9]{4}.*)?", text):
        return  # EDTF knows better which part of it is wrong.
    bare = re.sub(_AROUND, "", words)
    for pattern, reading in (*_DATES, *_SPANS, *_SETS):
        match = re.fullmatch(pattern, bare)
        meant = reading(*match.groups()) if match else ""
        if re.fullmatch(r"[0-9-]+(/[0-9-]+)?|\[[0-9-]+\.\.[0-9-]+\]", meant):
            _refuse(text, meant)
    if match := re.fullmatch(_WEEKDAY, bare):
        _refuse_weekday(text, _date(_reading(match[2], _DATES)))


def _refuse(text: str, meant: str) -> None:
    try:
        edtf.parse(meant)
    except Invalid as fault:
        message = f"'{text}' is no date: {fault.message}"
        raise Invalid(message, fault.hint, 0, len(text)) from None


def _refuse_weekday(text: str, date: Date | None) -> None:
    if date and date.day and date.first and 0 < date.first.year < 9999:
        name = _WEEKDAYS[datetime.date(*date.first).weekday()].capitalize()
        message = f"'{text}' was a {name}: expected the weekday and the day to agree"
        raise Invalid(message, f"write {date} if the day is right", 0, len(text))


def _is_notation(text: str, words: str) -> bool:
    """Whether figures are written in another way than EDTF's, so that it is not words."""
    if any(letter.isdigit() and not letter.isascii() for letter in text):
        return True
    if _NOTATION.search(words):
        return True
    return not re.search("[a-z]", words) and not _is_span_of_figures(words)


def _is_span_of_figures(words: str) -> bool:
    """Whether a hyphen or dash stands between two whole dates: 1969-1972."""
    return any(
        _canonical(words[: hyphen.start()].strip()) and _canonical(words[hyphen.end() :].strip())
        for hyphen in re.finditer("-", words)
    )


def _remark(date: Date) -> str:
    """Return what else might be meant, or how the words were taken, to go behind the advice."""
    if date.season in edtf.SEASONS and date.first and date.last and date.season < 40:
        first, last = (_MONTHS[day.month - 1].capitalize() for day in (date.first, date.last))
        year = f" {date.first.year}" if date.first.year < date.last.year else ""
        return f", which is {first}{year} to {last} {date.last.year}"
    if date.kind != "set" or len(date.members) > 1:
        return ""
    span = date.members[0]
    if span.open_start:
        return f", or ../{span.end} if it lasted until then"
    if span.open_end:
        return f", or {span.start}/.. if it goes on since then"
    return f", or {span} if it lasted so long"


def _reading(words: str, forms: "_Forms") -> str:
    """Return the EDTF text that says the same, '' if these forms have none."""
    for pattern, reading in forms:
        match = re.fullmatch(pattern, words)
        if match and (text := _canonical(reading(*match.groups()))):
            return text
    return _canonical(words.upper())


def _moment(words: str) -> str:
    return _reading(words, _MOMENTS)


def _canonical(text: str) -> str:
    try:
        return edtf.parse(text).text
    except Invalid:
        return ""


def _date(text: str) -> Date | None:
    return edtf.parse(text) if text else None


def _numeric(year: str, month: str, day: str | None = None) -> str:
    return f"{year}-{month:0>2}" + (f"-{day:0>2}" if day else "")


def _named(day: str | None, word: str, day_after: str | None, year: str) -> str:
    """Return the reading of '17 January 2012', 'January 17, 2012' and 'spring 2012'."""
    plain = year.rstrip("?~%")
    mark = year[len(plain) :]  # Behind the whole date, a mark is about all of it.
    year, day = _reading(plain, _DATES), day or day_after
    if not re.fullmatch("-?[0-9X]{4}", year):
        return ""
    if word in _SEASON_NAMES:
        return "" if day else f"{year}-{_SEASON_NAMES[word]}{mark}"
    months = [str(number) for number, name in enumerate(_MONTHS, 1) if name.startswith(word)]
    return _numeric(year, months[0], day) + mark if months else ""


def _winter(year: str, next_year: str) -> str:
    """Return the winter that is written with both its years: 2011-12."""
    return f"{year}-24" if (int(year) + 1) % 100 == int(next_year) % 100 else ""


def _weekday(word: str, words: str) -> str:
    """Return the day, if it has that name; the calendar of earlier times is not ours."""
    date = _date(_reading(words, _DATES))
    if not date or not date.day or not date.first or not 1582 < date.first.year < 9999:
        return ""
    right = _WEEKDAYS[datetime.date(*date.first).weekday()]
    return date.text if right.startswith(word) else ""


def _written(year: int) -> str:
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04}" if abs(year) < 10_000 else f"Y{year}"


def _before_christ(year: str) -> str:
    return _written(1 - int(year.replace(",", "")))


def _century(nth: str, era: str | None) -> str:
    if not era:
        return f"{int(nth) - 1:02}XX"
    return f"-{int(nth) - 1:02}XX" if int(nth) > 1 else "[-0099..0000]"  # Year 0 is 1 BC.


def _doubted(words: str, mark: str) -> str:
    text = _reading(words, _PARTS + _DATES)
    return text + mark if text else ""


def _perhaps(words: str) -> str:
    text = _reading(words, _PARTS + _DATES + _ABOUT)
    return f"{text[:-1]}%" if text.endswith("~") else f"{text}?" if text else ""


def _pair(start: str, end: str) -> tuple[str, str] | None:
    """Return two dates; in '17 to 20 January 2012' the first borrows month and year."""
    tails = (end.partition(" ")[2], end.rpartition(" ")[2] if " " in end else "")
    borrowed = (_moment(f"{start} {tail}") for tail in tails if tail)
    first, last = next(filter(None, borrowed), "") or _moment(start), _moment(end)
    return (first, last) if first and last else None


def _range(start: str, end: str) -> str:
    return "/".join(_pair(start, end) or ())


def _days(month: str, start: str, end: str, year: str) -> str:
    return _range(f"{start} {month}", f"{end} {month} {year}")


def _between(start: str, end: str) -> str:
    return f"[{'..'.join(_pair(start, end) or ())}]"


def _either(one: str, two: str) -> str:
    return f"[{','.join(_pair(one, two) or ())}]"


def _both(one: str, two: str) -> str:
    return f"{{{','.join(_pair(one, two) or ())}}}"


def _before(words: str) -> str:
    return f"[..{_neighbour(_moment(words), -1)}]"


def _after(words: str) -> str:
    return f"[{_neighbour(_moment(words), 1)}..]"


def _neighbour(text: str, step: int) -> str:
    """Return the last year, month or day before a date (step -1), or the first after it (1).

    It is as precise as the date, and keeps its doubt: before about 1920 is until about 1919.
    """
    date = _date(text)
    edge = date and (date.first if step < 0 else date.last)
    if not date or not edge or len(set(date.marks)) > 1:
        return ""
    mark = date.marks[0] if date.marks else ""
    if date.precision == "day":
        return str(_next_day(edge, step)) + mark
    if date.precision in ("month", "season"):
        years, month = divmod(edge.month - 1 + step, 12)
        return f"{_written(edge.year + years)}-{month + 1:02}{mark}"
    return _written(edge.year + step) + mark


def _next_day(day: Day, step: int) -> Day:
    year, month, number = day.year, day.month, day.day + step
    if 1 <= number <= edtf.month_length(year, month):
        return Day(year, month, number)
    years, month = divmod(month - 1 + step, 12)
    year, month = year + years, month + 1
    return Day(year, month, 1 if step > 0 else edtf.month_length(year, month))


def _third(part: str, words: str) -> str:
    """Return the first, second or last third of what early, mid and late are said of.

    Of a year it has a code in EDTF, 37 to 39; else it is some time between two days or years.
    """
    text = _reading(words, _DATES)
    date, number = _date(text), ("early", "mid", "late").index(part)
    if not date or not date.first or not date.last or any(date.marks):
        return ""
    year, month, _ = date.first
    if re.fullmatch("-?[0-9]{4}", text):
        return f"{text}-{37 + number}"
    if date.precision == "month":
        first, last = ((1, 10), (11, 20), (21, date.last.day))[number]
        return f"[{Day(year, month, first)}..{Day(year, month, last)}]"
    if date.precision not in ("decade", "century") or len(date.digits) > 1:
        return ""
    decade = ((0, 3), (4, 6), (7, 9))
    century = ((0, 33), (34, 66), (67, 99))
    first, last = (decade if date.precision == "decade" else century)[number]
    return f"[{_written(year + first)}..{_written(year + last)}]"


def _part_of_year(nth: str, part: str, words: str) -> str:
    """Return a quarter or half of a year: its codes are 33 to 36, and 40 and 41."""
    number = int(nth) if nth.isdigit() else _ORDINALS[nth]
    code = (32 if part.startswith("q") else 39) + number
    most = 36 if part.startswith("q") else 41
    year = _reading(words, _DATES)
    return f"{year}-{code}" if re.fullmatch("-?[0-9]{4}", year) and code <= most else ""


def _some(unit: str, words: str) -> str:
    """Return 'some day in March 2012' and 'some month in 2012', with X for what is not known."""
    date = _date(_reading(words, _DATES))
    if not date or date.precision not in ("month", "year"):
        return ""
    if unit == "day":
        return f"{date}-XX" if date.precision == "month" else f"{date}-XX-XX"
    return f"{date}-XX" if date.precision == "year" else ""


_Said = tuple[str, str] | None
"""What is wrong with words, to go behind them, and a hint; None if nothing."""


def _order(one: str, two: str, year: str) -> _Said:
    """Explain 12/03/2012, which the world reads in two ways."""
    readings = {_canonical(_numeric(year, *order)) for order in ((two, one), (one, two))} - {""}
    if not readings:
        return "is no day that exists: expected a form such as 2012-03-17", ""
    hint = f"write {' or '.join(sorted(readings))}, the year first"
    if len(readings) == 2:
        return "can be read in two ways: expected the year first", hint
    return "is not in the order of EDTF: expected the year first", hint


def _separated(year: str, separator: str, month: str, day: str | None) -> _Said:
    """Explain 2012/3/5 and 2012.3, of which the separator is wrong, and 2012/13."""
    if separator == "-":
        return None
    if reading := _canonical(_numeric(year, month, day)):
        return f"has '{separator}' within a date: expected '-'", f"write {reading}"
    return None if day else _shortened(year, year[:2], month)


def _shortened(first: str, same: str, rest: str) -> _Said:
    """Explain 2012-04-06/07: EDTF has both dates in full."""
    reading = _canonical(f"{first}/{same}{rest}")
    message = "shortens the second date: expected it in full"
    return (message, f"write {reading}") if reading else None


def _unspecific(part: str, words: str) -> _Said:
    text = _moment(words)
    message = f"has no clear edges: expected months or days instead of '{part}'"
    hint = f"write {quoted(text)}, or the first and last day meant with '/' between"
    return (message, hint) if text else None


def _years_or_months(century: str, first: str, last: str) -> _Said:
    hint = f"write {century}{first}/{century}{last} if these are years"
    return ("", hint) if "12" < last > first else None


def _comma(one: str, two: str) -> _Said:
    hint = f'write "[{one},{two}]" if it was one of them, "{{{one},{two}}}" if it was both'
    return "has two dates: expected brackets or braces around them", hint


def _short_year(*_: str) -> _Said:
    return "has a year of two digits: expected four, and the year first", ""


def _yearless(*_: str) -> _Said:
    return "has no year: expected a form such as 2012, 2012-03 or 2012-03-17", ""


def _hundreds(century: str) -> _Said:
    hint = f"write {century}XX for the century, {century}0X for the decade"
    return "can be a century or a decade: expected one of them", hint


def _undated(*_: str) -> _Said:
    hint = "write the first and last day that are sure with '/' between, such as 2011/2013"
    return "gives no date: expected the widest span that is sure", hint


def _relative(*_: str) -> _Said:
    return "depends on the day of reading: expected the date itself", ""


_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASON_NAMES = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_NOW = r"(?:open|now|today|(?:the )?present(?: day)?)"
_NAME = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + r"|sept)\.?"
_BC = r"b\.?c\.?(?:e\.?)?"
_AD = r"(?:a\.?d\.?|c\.?e\.?)"
_WEEKDAY = (
    r"(mon|tues?|wed|thu|thurs?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day),? (.+)"
)

_AROUND = r"^(?:about|around|circa|ca?\.?|perhaps|since|from|until|before|after|by) "

_NOTATION = patterns.of(
    r"[0-9]\.[0-9]|[0-9]t[0-9]|[0-9]:[0-9]|\by ?-?[0-9]|[0-9][es][0-9]"  # 17.3.2012, times, Y, E, S
    r"|(?<![0-9])[0-9]{1,2}/|/[0-9]{1,2}(?![0-9])"  # 03/2012
    r"|[0-9]{4}-[0-9]{1,2}-[0-9](?![0-9])|[0-9]{4}-[0-9](?![0-9])"  # 2012-3-5
    rf"|[0-9]{{5,}}(?! ?{_BC})|\b[0-9]*[ux]+(?![a-z])|-[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}-"
)
"""Figures that are not as EDTF has them, within or without words."""

_Forms = tuple[tuple[str, Callable[..., str]], ...]
"""Patterns of lower-case words, each with what its groups say: EDTF, which need not be valid."""

_DATES: _Forms = (
    (r"(?:the )?winter(?: of)? ([0-9]{4})[-/]([0-9]{2}|[0-9]{4})", _winter),
    (
        rf"(?:the )?(?:{_DAY}(?: of)?[ -])?([a-z]{{3,9}})\.?(?: {_DAY})?,?[ -](?:of |in )?"
        rf"((?:{_AD} )?[0-9]{{1,4}}.*)",
        _named,
    ),
    (
        rf"([0-9]{{4}})[ -]({_NAME})(?:[ -]([0-9]{{1,2}}))?",
        lambda year, month, day: _named(day, month.strip("."), None, year),
    ),
    (_WEEKDAY, _weekday),
    (r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?(?:t[0-9]{2}[^/]*| [0-9]+:.*)?", _numeric),
    (r"([0-9]{4})-([0-9]{2})-([0-9]{2})", lambda year, day, month: _numeric(year, month, day)),
    (r"([0-9]{1,2})[-/.]([0-9]{4})", lambda month, year: _numeric(year, month)),
    (r"([0-9]{4})([0-9]{2})([0-9]{2})?", _numeric),
    (rf"([0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,9}}) ?{_BC}", _before_christ),
    (
        rf"{_AD} ?([0-9]{{1,4}})|([0-9]{{1,4}}) ?{_AD}",
        lambda before, behind: _written(int(before or behind)),
    ),
    (r"y ?(-?[0-9]{1,15})|(-?[0-9]{3,5})", lambda long, short: _written(int(long or short))),
    (r"y?(-?[0-9]{1,9})e([0-9]{1,2})(?:s.*)?", lambda y, e: _written(int(y) * 10 ** int(e))),
    (r"([0-9]{4})s([1-3])", lambda year, known: year[: int(known)].ljust(4, "X")),
    (r"(?:the )?([0-9]{3})0'?s", lambda decade: f"{decade}X"),
    (rf"(?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)[ -]century(?: ({_BC})| {_AD})?", _century),
    (r"([0-9ux]{4}.*)", lambda text: text.replace("u", "x").upper()),
    (r"(?:some ?time )?(?:in|on|during) (.+)", lambda words: _reading(words, _DATES)),
    (r"some (day|month) (?:in|of) (.+)", _some),
)
_PARTS: _Forms = (
    (r"(?:the )?(early|mid|late)(?: in)?[ -](?:the )?(.+)", _third),
    (
        r"(?:the )?(first|second|third|fourth|last|[1-4])(?:st|nd|rd|th)? (quarter)(?: of)? (.+)",
        _part_of_year,
    ),
    (r"(?:the )?(first|second|[12])(?:st|nd)? (half)(?: of)? (.+)", _part_of_year),
    (r"q([1-4]),?[ /-]([0-9]{4})", lambda nth, year: _part_of_year(nth, "q", year)),
    (r"([0-9]{4})[ /-]?q([1-4])", lambda year, nth: _part_of_year(nth, "q", year)),
)
_ABOUT: _Forms = (
    (
        r"(?:(?:on or )?about|around|roughly|approximately|approx\.?|circa|ca?\.?|~) ?(.+)",
        lambda words: _doubted(words, "~"),
    ),
    (r"(.+?),? (?:\((?:about|approximate(?:ly)?)\)|or so)", lambda words: _doubted(words, "~")),
)
_DOUBTS: _Forms = (
    *_ABOUT,
    (r"(?:perhaps|possibly|probably|maybe) (.+)", _perhaps),
    (r"(.+?) ?(?:\?|\(\?\)|\(uncertain\))", _perhaps),
    (r"(.+?) ?(?:\?~|~\?)", lambda words: _doubted(words, "%")),
)
_MOMENTS = _PARTS + _DATES + _DOUBTS
_SPANS: _Forms = (
    (r"(?:since|from) (.+?)(?: onwards?)?", lambda words: f"{_moment(words)}/.."),
    (r"(.+?) onwards?", lambda words: f"{_moment(words)}/.."),
    (rf"(?:from )?(.+?) ?(?:/|-|to|until|till) ?{_NOW}", lambda words: f"{_moment(words)}/.."),
    (r"(?:until|till|up to|open ?/) ?(.+)", lambda words: f"../{_moment(words)}"),
    (r"(.+?) ?/ ?unknown", lambda words: f"{_moment(words)}/"),
    (r"unknown ?/ ?(.+)", lambda words: f"/{_moment(words)}"),
    (r"(?:from )?(.+?)(?: to | until | till | through | - | ?/ ?)(.+)", _range),
    (rf"({_NAME}) {_DAY} ?(?:-|to) ?{_DAY},? ([0-9]{{4}})", _days),
    (r"([^-]+)-([^-]+)", _range),
    (r"([0-9]{4}(?:-[0-9]{2}){1,2})-([0-9]{4}(?:-[0-9]{2}){1,2})", _range),
)
_SETS: _Forms = (
    (r"(?:some ?time )?between (.+) and (.+)", _between),
    (
        r"not before (.+)|no earlier than (.+)|(.+) or (?:later|after)",
        lambda *said: f"[{_moment(next(filter(None, said)))}..]",
    ),
    (
        r"by (.+)|(?:not|no) later than (.+)|(.+) or (?:earlier|before)",
        lambda *said: f"[..{_moment(next(filter(None, said)))}]",
    ),
    (r"(?:some ?time )?before (.+)", _before),
    (r"(?:some ?time )?after (.+)", _after),
    (r"(?:either )?(.+?) or (.+)", _either),
    (r"(?:both )?(.+?) and (.+)", _both),
)
_ALL = _PARTS + _DATES + _DOUBTS + _SETS + _SPANS

_UNCLEAR: tuple[tuple[str, Callable[..., _Said]], ...] = (
    (r"(?:last|next|this|previous|past|recent) .+|.+ ago", _relative),
    (r"yesterday|today|tomorrow|now|recently|soon|currently", _relative),
    (r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", _order),
    (r"([0-9]{4})([-/. ])([0-9]{1,2})(?:[-/. ]([0-9]{1,2}))?", _separated),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ?[-/] ?([0-9]{2})", lambda d, n: _shortened(d, d[:8], n)),
    (r"([0-9]{4}-[0-9]{2}) ?/ ?([0-9]{2})", lambda month, n: _shortened(month, month[:5], n)),
    (r"([0-9]{4}(?:-[0-9]{2}){0,2}), ?([0-9]{4}(?:-[0-9]{2}){0,2})", _comma),
    (r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}", _short_year),
    (r"[0-9]{1,2}[/.-][0-9]{1,2}\.?", _yearless),
    (rf"(?:the )?(?:{_DAY}(?: of)? )?{_NAME}(?: {_DAY})?", _yearless),
    (_WEEKDAY.removesuffix(",? (.+)"), _relative),
    (r"(?:the )?(?:spring|summer|autumn|fall|winter)", _yearless),
    (r"(?:the )?([0-9]{2})00'?s", _hundreds),
    (r"(?:at |by |in )?(?:the )?(start|beginning|middle|end)(?: of)? (?:the )?(.+)", _unspecific),
    (r"([0-9]{2})([0-9]{2})[-/]([0-9]{2})", _years_or_months),
    (r"unknown|undated|no date|n\.? ?d\.?|\?+", _undated),
)
"""Words that do not say one date, and how that is explained."""
