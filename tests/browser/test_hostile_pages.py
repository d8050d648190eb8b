"""Names of others in the pages: shown as text, and nothing of them runs or is fetched."""

from __future__ import annotations

import pytest

from ..networks import HOSTILE, THOROUGH, hostile_network
from ..test_hostile import widgets

pytestmark = pytest.mark.browser

TRIED = HOSTILE if THOROUGH else (HOSTILE[0], "__proto__")


@pytest.mark.parametrize("name", TRIED)
def test_every_page_shows_it_as_text(show, name):
    elements = "() => document.querySelectorAll('img, iframe, object, embed, link, base, script[src]').length"
    for kind, make in widgets(hostile_network(name)).items():
        s = show(make())
        assert s.page.evaluate("() => window.hacked") is None, kind
        assert s.page.evaluate(elements) == 0, kind
        for _ in range(3):
            following = s.page.locator("[data-do=next]")
            if following.count():
                following.first.click(force=True)
        if kind in ("stepper", "surface"):
            assert name in s.page.locator("body").inner_text() + "".join(
                s.page.locator("option, title").all_text_contents()
            ), kind
        assert s.page.evaluate("() => window.hacked") is None, kind
        assert (s.watch.errors, s.watch.outside) == ([], []), kind


@pytest.mark.parametrize("name", TRIED)
def test_every_parameter_is_derived_and_changed_under_its_own_name(show, name):
    net = hostile_network(name)
    s = show(widgets(net)["stepper"]())
    for n, parameter in enumerate(net.parameters):
        s.field("Derive").select_option(parameter)
        s.type(parameter, n + 0.5)
        assert s.field(parameter).input_value() == str(n + 0.5)
        assert s.field("Derive").input_value() == parameter
    s.do("last")
    assert "NaN" not in s.equation.replace(name, "")
    assert s.watch.errors == []
