"""How the shop is connected, and the sentence for each wrong setting."""

from __future__ import annotations

import pytest
from environs import Env

from makegood.config.shop import SECRET, TOKEN, URL, BadShop, read_shop
from makegood.effects.shop import Shop
from tests.effects import a_shop

NEW_TOKEN = "n" * 40
OLD_TOKEN = "o" * 40


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Shop:
    for name in (URL, SECRET, TOKEN):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return read_shop(Env())


def test_nothing_set_is_no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = read(monkeypatch)
    assert (shop.is_told, shop.asks) == (False, False)


@pytest.mark.parametrize("url", ["https://shop.example/effects", "http://127.0.0.1:9/x", "http://[::1]:9/x"])
def test_it_is_told_over_tls_or_on_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert read(monkeypatch, **{URL: url, SECRET: a_shop.SECRET}).url == url


def test_a_new_and_an_old_one_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = read(monkeypatch, **{TOKEN: f"{NEW_TOKEN} {OLD_TOKEN}"})
    assert shop.tokens == (NEW_TOKEN, OLD_TOKEN)
    assert shop.knows(OLD_TOKEN)
    assert not shop.knows("")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({URL: "http://shop.example/", SECRET: a_shop.SECRET}, "must begin with https://"),
        ({URL: "http://127.0.0.1.shop.example/", SECRET: a_shop.SECRET}, "must begin with https://"),
        ({URL: "ftp://shop.example/", SECRET: a_shop.SECRET}, "must be an address"),
        ({URL: "https://user:password@shop.example/", SECRET: a_shop.SECRET}, "must be an address"),
        ({URL: "https://[shop.example/", SECRET: a_shop.SECRET}, "must be an address"),
        ({URL: "https://shop.example:port/", SECRET: a_shop.SECRET}, "must be an address"),
        ({URL: "https://shop.example/"}, f"{URL} is set, and {SECRET} is not."),
        ({SECRET: a_shop.SECRET}, f"{SECRET} is set, and {URL} is not."),
        ({URL: "https://shop.example/", SECRET: "secret"}, "must be whsec_ and 24 to 64 bytes"),
        ({TOKEN: "short"}, "could be guessed"),
        ({TOKEN: "ключ" * 10}, "ASCII"),
        ({TOKEN: f"{NEW_TOKEN} {OLD_TOKEN} {NEW_TOKEN}"}, "no more"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], why: str
) -> None:
    with pytest.raises(BadShop, match="MAKEGOOD_SHOP") as refused:
        read(monkeypatch, **given)
    assert why in str(refused.value)
    assert a_shop.SECRET not in str(refused.value)
    assert "password" not in str(refused.value)
