"""Files in every shape that people export: delimiters, encodings, sheets, archives, damage."""

import datetime as dt
import io
import struct
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.conversion import Skipped
from domain.creator import Money, Platform, ProfileSnapshot
from domain.fields import Field
from sources import blocks
from sources.files import (
    ReadResult,
    Table,
    UnreadableFile,
    propose_mapping,
    read_creators,
    read_table,
)

PLAIN = "handle,followers,country\nanna,1200,Spain\nben,3.4K,Brazil\ncarla,5M,France\n"
TODAY = dt.date(2026, 11, 23)


def _file(folder: Path, content: str | bytes, name: str = "ig_list.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _read(path: Path) -> tuple[ReadResult, list[ProfileSnapshot], list[Skipped]]:
    result = read_creators(path, today=TODAY)
    found = list(result)
    profiles = [item for item in found if isinstance(item, ProfileSnapshot)]
    return result, profiles, [item for item in found if isinstance(item, Skipped)]


def _workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "ig_list.xlsx"
    book.save(path)
    return path


def _zip(folder: Path, name: str = "ig_list.zip", **members: bytes) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member.replace("__", "."), data)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_delimiter_line_end_and_unicode_encoding_reads_the_same(
    tmp_path, delimiter, line_end, encoding
):
    text = f"handle,Name,followers\nanna,Anna 花 Böhm,1200\nben,{'Б' * 9}ен,3.4K\n"
    text = text.replace(",", delimiter).replace("\n", line_end)
    _, profiles, skipped = _read(_file(tmp_path, text.encode(encoding)))
    assert [(p.handle, p.display_name, p.figures.followers) for p in profiles] == [
        ("anna", "Anna 花 Böhm", 1_200),
        ("ben", "БББББББББен", 3_400),
    ]
    assert skipped == []


def test_german_numbers_headers_and_semicolons(tmp_path):
    text = (
        "Benutzername;Anzeigename;Anzahl Follower;Engagement-Rate;Honorar;Land;Stand\r\n"
        "anna.b;Anna Böhm;12.500;3,14 %;€ 75,00;Österreich;31.12.2022\r\n"
        "ben_c;Jörg;1.234.567;0,5 %;1.200,50 EUR;Schweiz;01.02.2023\r\n"
    )
    table = read_table(_file(tmp_path, text.encode("cp1252")))
    _, (anna, ben), _ = _read(tmp_path / "ig_list.csv")
    assert (table.delimiter, table.encoding) == (";", "cp1252")
    assert anna.display_name == "Anna Böhm"
    assert anna.figures.followers == 12_500
    assert anna.figures.engagement_rate == 0.0314
    assert anna.figures.fee == Money(amount=Decimal(75), currency="EUR")
    assert (anna.country, anna.as_of) == ("AT", dt.date(2022, 12, 31))
    assert ben.figures.followers == 1_234_567
    assert ben.figures.fee == Money(amount=Decimal("1200.50"), currency="EUR")
    assert (ben.country, ben.as_of) == ("CH", dt.date(2023, 2, 1))


def test_spanish_portuguese_and_french_files(tmp_path):
    for text, country in (
        ("Usuario;Seguidores;Me gusta promedio;País\nanna;12,5 mil;1.200;España\n", "ES"),
        ("Usuário;Seguidores;Média de curtidas;País\nanna;12,5 mil;1.200;Brasil\n", "BR"),
        ("Nom d'utilisateur;Abonnés;Likes moyens;Pays\nanna;12 500;1 200;Allemagne\n", "DE"),
    ):
        _, (anna,), _ = _read(_file(tmp_path, text))
        assert anna.figures.followers == 12_500
        assert anna.figures.average_likes == 1_200
        assert anna.country == country


def test_russian_in_its_old_encoding(tmp_path):
    text = "Ник;Имя;Подписчики\nanna;Анна Петрова;12 тыс.\nboris;Борис Ёлкин;3 млн\n"
    _, (anna, boris), _ = _read(_file(tmp_path, text.encode("cp1251")))
    assert (anna.display_name, anna.figures.followers) == ("Анна Петрова", 12_000)
    assert (boris.display_name, boris.figures.followers) == ("Борис Ёлкин", 3_000_000)


def test_a_few_damaged_bytes_do_not_spoil_a_unicode_file(tmp_path):
    names = "".join(f"person{n},Zoë Nuñez Ðåñ,{n}00\n" for n in range(50))
    data = b"handle,Name,followers\nanna,Zo\xff,100\n" + names.encode()
    table = read_table(_file(tmp_path, data))
    assert table.encoding == "utf-8"
    assert "1 characters are damaged" in table.notes[0]
    assert "Zoë Nuñez Ðåñ" in table.sample(9)[5]


@pytest.mark.parametrize(
    ("above", "row"),
    [("", 1), ("Our creators 2023\n", 2), ("Our creators\n\n", 3), (",,\n", 2), ("\n\n\n", 4)],
)
def test_the_header_is_found_below_titles_and_blank_rows(tmp_path, above, row):
    table = read_table(_file(tmp_path, above + PLAIN))
    _, profiles, _ = _read(tmp_path / "ig_list.csv")
    assert table.header_row == row
    assert table.headers == ("handle", "followers", "country")
    assert [profile.figures.followers for profile in profiles] == [1_200, 3_400, 5_000_000]


def test_a_file_without_a_header_goes_by_its_letters(tmp_path):
    text = "".join(f"{n},@person{n},{n}00,Spain\n" for n in range(1, 30))
    table = read_table(_file(tmp_path, text))
    _, profiles, _ = _read(tmp_path / "ig_list.csv")
    assert table.header_row is None
    assert table.headers == ("Column A", "Column B", "Column C", "Column D")
    assert "No header row" in table.notes[0]
    assert len(profiles) == 29
    assert profiles[0].handle == "person1"
    assert (profiles[0].figures.followers, profiles[0].country) == (100, "ES")


def test_headers_that_nobody_knows_are_still_headers(tmp_path):
    table = read_table(_file(tmp_path, "Wer,Wieviel\nanna,100\nben,200\n"))
    assert table.headers == ("Wer", "Wieviel")


def test_a_list_of_handles_alone(tmp_path):
    _, profiles, _ = _read(_file(tmp_path, "username\nanna\n@ben\nhttps://instagram.com/carla/\n"))
    assert [profile.handle for profile in profiles] == ["anna", "ben", "carla"]


def test_headers_with_line_breaks_and_blanks_and_cells_with_line_breaks(tmp_path):
    text = ' handle ,"Follower\nCount",Bio\nanna, 1200 ,"Skin care,\nevery day"\n'
    table = read_table(_file(tmp_path, text))
    _, (anna,), _ = _read(tmp_path / "ig_list.csv")
    assert table.headers == ("handle", "Follower Count", "Bio")
    assert anna.figures.followers == 1_200
    assert anna.bio == "Skin care,\nevery day"


def test_the_first_line_may_name_the_separator(tmp_path):
    table = read_table(_file(tmp_path, "sep=;\nhandle;followers\nanna;12,5\n"))
    assert table.delimiter == ";"
    assert table.header_row == 2
    assert [number for number, _ in table.rows()] == [3]


def test_of_several_tables_in_one_sheet_the_one_with_creators_is_read(tmp_path):
    text = (
        "Month,Spend,Clicks\nMay,100,7\nJune,200,9\n,,\n"
        "handle,followers,country\nanna,1200,Spain\nben,3.4K,Brazil\n"
    )
    table = read_table(_file(tmp_path, text))
    assert (table.header_row, table.row_count) == (5, 2)
    assert "rows 2 to 3" in table.notes[-1]
    assert [number for number, _ in table.rows()] == [6, 7]


def test_a_table_that_goes_on_below_its_own_header_is_still_found(tmp_path):
    text = "Top list\n\nhandle,followers\nanna,1\nben,2\nhandle,followers\ncarla,3\n"
    result, profiles, skipped = _read(_file(tmp_path, text))
    assert result.table.header_row == 3
    assert [profile.handle for profile in profiles] == ["anna", "ben", "carla"]
    assert skipped == [Skipped(6, "is the header again")]


def test_of_two_tables_side_by_side_one_is_read_and_the_other_named(tmp_path):
    text = "handle,followers,country,,Name,E-mail\nanna,1200,Spain,,Zoe,z@b.co\nben,5,Peru,,Al,\n"
    table = read_table(_file(tmp_path, text))
    assert table.headers == ("handle", "followers", "country")
    assert "columns E–F were left out" in table.notes[0]
    assert table.sample(9) == [["anna", "1200", "Spain"], ["ben", "5", "Peru"]]


def test_rows_that_give_no_creator_are_skipped_with_a_reason(tmp_path):
    text = (
        "handle,followers,country\nanna,1200,Spain\n,5,Peru\n\nhandle,followers,country\n"
        "Ben Cole,7,Peru\nzoe,1,200,Peru\nx@y.com,7,Peru\ncarla\n"
    )
    result, profiles, skipped = _read(_file(tmp_path, text))
    assert [profile.handle for profile in profiles] == ["anna", "carla"]
    assert skipped == [
        Skipped(3, "has no handle"),
        Skipped(5, "is the header again"),
        Skipped(6, "“Ben Cole” is a name, not a handle"),
        Skipped(7, "has 4 cells where the header has 3"),
        Skipped(8, "“x@y.com” is an e-mail address, not a handle"),
    ]
    assert (result.rows, result.profiles, result.skipped) == (7, 2, 5)


def test_what_cannot_be_read_is_kept_as_written_and_reported(tmp_path):
    text = "handle,followers,er,country,as of\nanna,-5k,900000%,Atlantis,2031-01-01\n"
    text += "".join(f"p{n},1e3,2%,Spain,2022-05-06\n" for n in range(9))
    result, profiles, _ = _read(_file(tmp_path, text))
    anna = profiles[0]
    assert anna.figures.followers is None
    assert anna.as_of is None
    assert anna.extra == {
        "followers": "-5k",
        "er": "900000%",
        "country": "Atlantis",
        "as of": "2031-01-01",
    }
    assert result.problems["followers"] == (1, "“-5k” is negative")
    assert profiles[1].figures.followers == 1_000


def test_columns_that_nobody_mapped_are_kept_under_their_own_header(tmp_path):
    text = "handle,Shoe size,Shoe size,Started\nanna,42,XL,1970\nben,,-,2011\n"
    _, (anna, ben), _ = _read(_file(tmp_path, text))
    assert anna.extra == {"Shoe size": "42", "Shoe size (2)": "XL"}
    assert ben.extra == {"Started": "2011"}


def test_one_creator_in_several_rows_is_merged_and_differences_are_reported(tmp_path):
    text = (
        "handle,followers,category,email,date\n"
        "anna,1000,Beauty,,2022-01-01\nben,50,,,\nANNA,4000,Travel,a@b.co,2023-01-01\n"
        "ben,52,Food,,\nben,90,,,\n"
    )
    result, profiles, _ = _read(_file(tmp_path, text))
    by_handle = {profile.handle.lower(): profile for profile in profiles}
    assert (result.profiles, result.merged) == (2, 3)
    assert by_handle["anna"].figures.followers == 4_000
    assert by_handle["anna"].categories == ("Travel", "Beauty")
    assert by_handle["ben"].figures.followers == 52
    assert [(c.handle, c.kept, c.other) for c in result.contradiction_examples] == [
        ("ben", "52", "90")
    ]


def test_columns_of_one_figure_that_differ_in_a_row_are_reported(tmp_path):
    rows = "".join(f"p{n},{n}K,{n}000\n" for n in range(1, 30))
    text = "handle,followers,followers\n" + rows + "zoe,9M,17\n"
    result, profiles, _ = _read(_file(tmp_path, text))
    assert profiles[-1].figures.followers == 17
    assert [tuple(c) for c in result.contradiction_examples] == [("zoe", "followers", "17", "9M")]


def test_handles_on_two_platforms_in_one_row(tmp_path):
    text = "tiktok_handle,instagram_handle,followers\nanna,anna.ig,5\n,ben.ig,6\n"
    _, (anna, same, ben), _ = _read(_file(tmp_path, text, "list.csv"))
    assert (anna.platform, anna.handle) == (Platform.TIKTOK, "anna")
    assert (same.platform, same.handle) == (Platform.INSTAGRAM, "anna.ig")
    assert anna.same_as == ("instagram:anna.ig",) and same.same_as == ("tiktok:anna",)
    assert (anna.figures.followers, same.figures.followers) == (5, None)
    assert (ben.platform, ben.handle, ben.same_as) == (Platform.INSTAGRAM, "ben.ig", ())


def test_a_row_may_name_its_platform_and_its_currency(tmp_path):
    text = "handle,platform,fee,currency\nanna,IG,100,EUR\nben,Douyin,200,usd\ncarla,Weibo,,\n"
    _, profiles, _ = _read(_file(tmp_path, text, "list.csv"))
    assert [profile.platform for profile in profiles] == [
        *(Platform.INSTAGRAM, Platform.TIKTOK, Platform.OTHER)
    ]
    assert [profile.figures.fee and profile.figures.fee.currency for profile in profiles] == [
        *("EUR", "USD", None)
    ]


def test_progress_is_told_and_a_date_can_be_given(tmp_path):
    told: list[tuple[int, int]] = []
    text = "handle,followers\n" + "".join(f"p{n},{n}\n" for n in range(2_500))
    result = read_creators(
        _file(tmp_path, text),
        as_of=dt.date(2023, 4, 5),
        progress=lambda done, total: told.append((done, total)),
    )
    assert {profile.as_of for profile in result if isinstance(profile, ProfileSnapshot)} == {
        dt.date(2023, 4, 5)
    }
    assert told == [(1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]


def test_workbook_cells_are_read_as_what_they_are(tmp_path):
    path = _workbook(
        tmp_path,
        Sheet1=[
            ["handle", "Followers", "ER", "Verified", "Date", "Fee [EUR]"],
            ["anna", 12500, 0.031, True, dt.datetime(2022, 12, 31), 75.5],  # noqa: DTZ001
            ["ben", "3.4K", 0.005, False, dt.date(2023, 1, 2), None],
        ],
    )
    _, (anna, ben), _ = _read(path)
    assert anna.figures.followers == 12_500
    assert anna.figures.engagement_rate == 0.031
    assert anna.figures.fee == Money(amount=Decimal("75.5"), currency="EUR")
    assert (anna.verified, anna.as_of) == (True, dt.date(2022, 12, 31))
    assert (ben.figures.followers, ben.verified) == (3_400, False)


def test_the_sheet_with_creators_is_read_and_the_others_named(tmp_path):
    path = _workbook(
        tmp_path,
        Summary=[["Month", "Spend"], ["May", 100], ["June", 120]],
        Creators=[[], ["Top list"], [], ["handle", "followers"], ["anna", 5], ["ben", 6]],
        Empty=[],
    )
    table = read_table(path)
    assert (table.sheet, table.header_row) == ("Creators", 4)
    assert "“Summary”" in table.notes[-1]
    assert [number for number, _ in table.rows()] == [5, 6]


def test_hidden_sheets_are_not_read(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["handle", "followers"])
    book.worksheets[0].append(["anna", 5])
    hidden = book.create_sheet("Old")
    for row in [["handle", "followers", "country"], *[[f"p{n}", n, "Spain"] for n in range(99)]]:
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "ig.xlsx")
    assert read_table(tmp_path / "ig.xlsx").row_count == 1


def test_merged_cells_hold_for_all_rows_that_they_span(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B2"] = "Our creators"
    sheet.merge_cells("B2:D2")
    for row, cells in enumerate(
        [["handle", "category", "followers"], ["anna", "Beauty", 5], ["ben", None, 6]], 3
    ):
        for column, value in enumerate(cells, 2):
            sheet.cell(row, column, value)
    sheet.merge_cells("C4:C5")
    book.save(tmp_path / "ig.xlsx")
    table = read_table(tmp_path / "ig.xlsx")
    _, profiles, _ = _read(tmp_path / "ig.xlsx")
    assert table.header_row == 3
    assert [profile.categories for profile in profiles] == [("Beauty",), ("Beauty",)]


def test_formulas_give_their_stored_results_and_are_mentioned_where_they_have_none(tmp_path):
    path = _workbook(tmp_path, A=[["handle", "followers"], ["anna", "=2+3"], ["ben", 6]])
    table = read_table(path)
    assert "formulas without results" in table.notes[0]
    assert table.sample(5)[0] == ["anna", ""]
    stored = tmp_path / "stored.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stored, "w") as new:
        for info in old.infolist():
            data = old.read(info).replace(b"<f>2+3</f><v />", b"<f>2+3</f><v>5</v>")
            new.writestr(info.filename, data.replace(b"<f>2+3</f><v></v>", b"<f>2+3</f><v>5</v>"))
    table = read_table(stored)
    assert table.notes == ()
    assert table.sample(5)[0] == ["anna", "5"]


def test_an_archive_with_one_table_is_read_and_its_names_count(tmp_path):
    path = _zip(tmp_path, "export_2023-05.zip", tt_list__csv=PLAIN.encode())
    table = read_table(path)
    mapping = propose_mapping(table)
    assert mapping.platform is Platform.TIKTOK
    assert mapping.as_of == dt.date(2023, 5, 1)
    assert mapping.as_of_reason == "The file's name says May 2023."
    assert mapping.source == "export_2023-05.zip"
    assert len(list(table.rows())) == len(list(table.rows())) == 3
    book = _workbook(tmp_path, A=[["handle", "followers"], ["anna", 5]]).read_bytes()
    assert read_table(_zip(tmp_path, ig_list__xlsx=book)).row_count == 1


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \n \n", "is empty"),
    "only blank cells": (b",,\n,,\n", "no rows"),
    "header only": (b"handle,followers\n", "no rows below"),
    "NUL bytes": (b"handle,followers\nan\0na,5\n", "NUL bytes"),
    "broken UTF-16": (b"\xff\xfe" + "handle".encode("utf-16-le") + b"\x00\xd8a", "damaged"),
    "PDF": (b"%PDF-1.7 ...", "a PDF"),
    "web page": (b"<html><table><tr><td>handle", "a web page"),
    "JSON": (b'[{"handle": "anna"}]', "JSON"),
    "picture": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old kind"),
    "open quotation mark": (b'handle,bio\nanna,"' + b"x,y\n" * 9_000, "never closed"),
    "very long cell": (b"handle,bio\nanna," + b"x" * 200_000, "never closed"),
    "no creators": (b"Spend,Clicks\n1.5,2\n2.5,4\n", "no column with handles"),
    "broken archive": (b"PK\x03\x04 and nothing more", "damaged"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_understood_is_refused_with_a_sentence(tmp_path, data, why):
    path = _file(tmp_path, data)
    with pytest.raises(UnreadableFile, match=why) as refused:
        propose_mapping(read_table(path))
    assert str(refused.value).endswith(".")


def test_a_missing_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(UnreadableFile, match="can't be opened"):
        read_table(tmp_path / "nothing.csv")


def test_a_protected_workbook_is_refused(tmp_path):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    data += "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableFile, match="password"):
        read_table(_file(tmp_path, data, "ig.xlsx"))


def test_a_protected_archive_is_refused(tmp_path):
    data = bytearray(_zip(tmp_path, ig__csv=PLAIN.encode()).read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    with pytest.raises(UnreadableFile, match="password"):
        read_table(_file(tmp_path, bytes(data), "ig.zip"))


def test_macros_and_other_kinds_of_workbooks_are_refused(tmp_path):
    for member, why in (
        ("xl/vbaProject.bin", "macros"),
        ("content.xml", "another kind"),
        ("xl/workbook.bin", "another kind"),
        ("word/document.xml", "not a workbook"),
    ):
        path = tmp_path / "ig.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(member, "x")
        with pytest.raises(UnreadableFile, match=why):
            read_table(path)


def test_an_archive_with_several_tables_or_none_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"holds a\.csv, b\.csv"):
        read_table(_zip(tmp_path, a__csv=b"x", b__csv=b"y"))
    with pytest.raises(UnreadableFile, match="holds nothing"):
        read_table(_zip(tmp_path))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = _zip(tmp_path, ig__csv=b"a,b\n" * (20 << 20))
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        read_table(path)


def test_a_bomb_that_hides_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sources.spreadsheets._SMALL", 1 << 16)
    monkeypatch.setattr("sources.spreadsheets._CHUNK", 1 << 12)
    path = _workbook(tmp_path, A=[["handle", "followers"], ["anna", 5]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/huge.bin", b"\0" * (1 << 20))
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        read_table(_file(tmp_path, bytes(data), "ig.xlsx"))


def test_a_sheet_with_a_cell_at_the_end_of_the_world_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "handle"
    book.worksheets[0]["A2"] = "anna"
    book.worksheets[0]["XFD1048576"] = "boo"
    book.save(tmp_path / "ig.xlsx")
    with pytest.raises(UnreadableFile, match="more than 1,000 columns: the last is the 16,384th"):
        read_table(tmp_path / "ig.xlsx")


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_ROWS", 100)
    path = _file(tmp_path, "handle\n" + "anna\n" * 101)
    with pytest.raises(UnreadableFile, match="more than 100 rows"):
        read_table(path)


def test_nothing_is_read_until_somebody_says_where_the_creators_are(tmp_path):
    path = _file(tmp_path, PLAIN, "list.csv")
    with pytest.raises(UnreadableFile, match="which platform"):
        read_creators(path)
    mapping = propose_mapping(read_table(path)).with_platform(Platform.X)
    found = list(read_creators(path, mapping))
    assert {item.platform for item in found if isinstance(item, ProfileSnapshot)} == {Platform.X}


def test_another_file_than_the_one_that_was_confirmed_is_refused(tmp_path):
    mapping = propose_mapping(read_table(_file(tmp_path, PLAIN)))
    with pytest.raises(UnreadableFile, match="2 columns and not the 3"):
        read_creators(_file(tmp_path, "handle,followers\nanna,5\n"), mapping)


def test_a_corrected_mapping_is_followed(tmp_path):
    path = _file(tmp_path, "handle,Shoe size,followers\nanna,42,5\n")
    mapping = propose_mapping(read_table(path))
    mapping = mapping.with_choice(1, Field.POSTS).with_choice(2, Field.IGNORE)
    (anna,) = read_creators(path, mapping)
    assert isinstance(anna, ProfileSnapshot)
    assert (anna.figures.posts, anna.figures.followers, anna.extra) == (42, None, {})


_CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_are_refused(tmp_path, data):
    path = _file(tmp_path, data)
    try:
        result = read_creators(path)
    except UnreadableFile:
        return
    assert all(isinstance(item, ProfileSnapshot | Skipped) for item in result)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_CELLS, min_size=2, max_size=2), min_size=1, max_size=9))
def test_whatever_the_cells_hold_every_row_is_accounted_for(tmp_path, rows):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = _file(tmp_path, "\n".join(["handle,followers", "anna,5", *quoted]))
    try:
        result = read_creators(path)
    except UnreadableFile:
        return
    found = list(result)
    assert result.rows == result.profiles + result.merged + result.skipped
    assert len(found) == result.profiles + result.skipped


def test_reading_never_holds_the_whole_file(tmp_path):
    path = _file(tmp_path, "handle\n" + "".join(f"p{n}\n" for n in range(5_000)))
    opened: list[int] = []
    result = read_creators(path, progress=lambda done, _: opened.append(done))
    first = next(iter(result))
    assert isinstance(first, ProfileSnapshot)
    assert (result.rows, opened) == (1, [])


def test_a_table_can_be_read_again_and_again(tmp_path):
    table: Table = read_table(_file(tmp_path, PLAIN))
    assert list(table.rows()) == list(table.rows())
    result = read_creators(tmp_path / "ig_list.csv")
    assert list(result) == list(result)
    assert result.rows == 3
    assert io.StringIO(PLAIN).readline().strip().split(",") == list(table.headers)
