"""Links to a state: an exported page opens on the step, the numbers and the controls that its address names."""

from __future__ import annotations

import pytest

import bpviz as bp

from .conftest import Driven

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate)
    return bp.export_html(stepper, tmp_path_factory.mktemp("links") / "page.html").as_uri()


@pytest.fixture
def open_link(exported, new_page):
    def open_link(fragment):
        page, watch = new_page()
        page.goto(f"{exported}#{fragment}")
        page.wait_for_selector("[data-ready]")
        return Driven(page, watch)

    return open_link


def address(s):
    """What Copy link gives; the clipboard is refused, so it stands where it can be copied by hand."""
    s.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    s.open("away")
    s.page.get_by_role("button", name="Copy link").click()
    return s.page.get_by_label("Copy link").last.input_value()


def shown(s):
    """Everything that a state is, as it is shown."""
    number = s.page.locator(".bpv-drawing [data-n=w7], .bpv-drawing [data-n=w1]").all_text_contents()
    return [s.counter, s.equation, s.page.locator(".bpv-error").text_content(), number]


def test_a_link_opens_on_its_parameter_step_and_digits(open_link):
    s = open_link("v=1&wrt=w7&step=16&digits=4")
    assert s.counter.startswith("17 /")
    assert s.page.get_by_label("Derive").input_value() == "w7"
    assert "0.07806" in s.equation
    assert "0.078064" not in s.equation
    assert s.watch.errors == []


def test_what_copy_link_gives_opens_on_the_same_state(open_link):
    s = open_link("")
    s.page.get_by_label("Derive").select_option("w7")
    s.type("w1", 0.625)
    s.do("last")
    s.page.locator(".bpv-apply").click()
    s.page.wait_for_function("() => document.querySelector('.bpv-counter').textContent.startsWith('1 ')")
    s.type("w7", -1.5)
    s.page.keyboard.press("Escape")
    link = address(s)
    assert "wrt=w7" in link
    assert len(link.split("#")[1]) < 120
    t = open_link(link.split("#")[1])
    assert shown(t) == shown(s)
    assert address(t).split("#")[1] == link.split("#")[1]
    assert t.watch.errors == []


def test_a_link_opened_in_the_same_page_is_followed(open_link):
    s = open_link("v=1&wrt=w7&step=3")
    s.page.evaluate("() => { location.hash = 'v=1&wrt=w1&step=5&given=0:4:0.75' }")
    s.page.wait_for_function("() => document.querySelector('.bpv-counter').textContent.startsWith('6 ')")
    assert s.page.get_by_label("Derive").input_value() == "w1"
    assert "0.75" in s.page.locator(".bpv-drawing [data-n=w1]").first.text_content()
    assert s.watch.errors == []


#: None of them fits the page of 2-3-2.
MISFITS = [
    "v=2", "v=", "v=1&wrt=w99", "v=1&wrt=%3Cimg%20src=x%20onerror=window.hacked=1%3E", "v=1&step=-1", "v=1&step=999",
    "v=1&step=1e1", "v=1&step=abc", "v=1&digits=0", "v=1&digits=16", "v=1&at=99999999", "v=1&at=x", "v=1&hide=everything",
    "v=1&given=0:99:1", "v=1&given=0:4:Infinity", "v=1&given=0:4:1e400", "v=1&given=0:4:NaN", "v=1&given=0:4", "v=1&given=x",
    "v=1&given=0:18:-1", "v=1&given=99999999:4:1", "v=1&stpe=3", "v=1&given=0:4:0.5,0:99:1", "v=1&wrt=__proto__",
]  # fmt: skip


def refused(page, fragment):
    """The sentence on an address that this open page is sent to."""
    page.evaluate("() => { document.querySelector('.bpv-message').textContent = '' }")
    page.evaluate("to => { location.hash = to }", fragment)
    page.wait_for_function("() => document.querySelector('.bpv-message').textContent !== ''")
    return page.locator(".bpv-message").text_content()


def test_a_link_that_does_not_fit_is_told_in_one_sentence_and_changes_nothing(open_link):
    s = open_link("")
    before = shown(s)
    for fragment in MISFITS:
        said = refused(s.page, fragment)
        assert said.startswith("The link does not fit this page ("), fragment
        assert len(said) < 160, fragment
        assert shown(s) == before, fragment
    assert s.page.evaluate("() => window.hacked") is None
    s.root.press("ArrowRight")
    assert s.counter.startswith("2 /")
    assert s.watch.errors == []


def test_a_page_that_opens_on_a_link_that_does_not_fit_opens_as_exported(open_link):
    plain = shown(open_link(""))
    s = open_link("v=1&wrt=w7&step=3&given=0:4:0.5,0:99:1")
    s.page.wait_for_selector(".bpv-message:not([hidden])")
    assert s.message.startswith("The link does not fit this page (")
    assert shown(s) == plain
    s.page.keyboard.press("ArrowRight")
    assert s.counter.startswith("2 /")
    assert s.watch.errors == []


def test_any_other_address_is_left_alone(open_link):
    s = open_link("section-2")
    before = shown(s)
    for fragment in ("w7", "a=b&c=d", "%", "&&&", "=v"):
        told = s.page.evaluate(
            "to => new Promise(done => {"
            " addEventListener('hashchange', () => setTimeout(() => done(document.querySelector('.bpv-message').textContent)), { once: true });"
            " location.hash = to })",
            fragment,
        )
        assert told == ""
        assert shown(s) == before
    assert s.watch.errors == []


def test_a_teacher_hides_controls(open_link):
    s = open_link("v=1&wrt=w7&step=16&hide=editor,nudge,code,steps,chain,present")
    assert s.page.locator(".bpv-tabs button:visible").count() == 0
    assert s.page.locator("[data-do=present]").is_hidden()
    box = s.page.locator(".bpv-equation .bpv-grip").first
    assert box.count() == 0 or box.evaluate("e => getComputedStyle(e).pointerEvents") == "none"
    s.do("first")
    before = s.equation
    place = s.page.locator(".bpv-equation .bpv-v").first.bounding_box()
    s.page.mouse.move(place["x"] + 4, place["y"] + 4)
    s.page.mouse.down()
    s.page.mouse.move(place["x"] + 80, place["y"] + 4, steps=5)
    s.page.mouse.up()
    assert s.equation == before
    assert s.watch.errors == []


def test_on_a_page_with_several_widgets_an_address_is_left_alone(new_page, tmp_path):
    from bpviz.publish.export import page as page_of

    ex = bp.articles.example("2-2-1")
    two = [bp.Stepper(ex.network, ex.x, ex.target), bp.Stepper(ex.network, ex.x, ex.target)]
    file = tmp_path / "two.html"
    file.write_text(page_of("Two", '<div data-widget="0"></div><div data-widget="1"></div>', two), encoding="utf-8")
    page, watch = new_page()
    page.goto(f"{file.as_uri()}#v=1&step=3")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-widget]')].every((place) => place.dataset.ready)"
    )
    assert all(text.startswith("1 /") for text in page.locator(".bpv-counter").all_text_contents())
    assert watch.errors == []


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every widget that has links, besides the stepper by unit, each alone on a page."""
    folder = tmp_path_factory.mktemp("pages")
    by_layer = bp.Stepper(
        bp.initialise((4, 3, 2), seed=1), [[1, 0, 2, 1], [0, 1, 1, 3]], [[1, 0], [0, 1]], by="layer", image=(2, 2)
    )
    ex = bp.articles.example("2-3-2")
    xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    history = bp.train(bp.initialise((2, 3, 1), seed=1), *xor, epochs=40)
    widgets = {
        "layers": by_layer,
        "quiz": bp.Quiz(["net_h1", "out_h1"]),
        "proofs": bp.ProofStepper("BP2"),
        "surface": bp.LossSurface(ex.network, ex.x, ex.target),
        "depth": bp.DepthExplorer(),
        "activations": bp.ActivationExplorer(),
        "trainer": bp.Trainer(*xor, run=history),
        "builder": bp.NetworkBuilder(),
    }
    return {name: bp.export_html(widget, folder / f"{name}.html").as_uri() for name, widget in widgets.items()}


@pytest.fixture
def open_page(pages, new_page):
    def open_page(name, fragment):
        page, watch = new_page()
        page.goto(f"{pages[name]}#{fragment}")
        page.wait_for_selector("[data-ready]")
        page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
        return page, watch

    return open_page


def test_a_link_to_a_stepper_by_layer_opens_on_its_state_and_is_copied(open_page):
    page, watch = open_page("layers", "v=1&wrt=w2%5B1,3%5D&sample=2&step=5&digits=4&at=3&hide=draw,present")
    assert page.get_by_role("textbox", name="Derive").input_value() == "w2[1,3]"
    assert page.locator(".bpv-counter").text_content().startswith("6 /")
    assert "3" in page.locator(".bpv-shown").text_content()
    assert page.locator("[data-do=present]").is_hidden()
    page.locator("[data-tab=away]").click()
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_label("Copy link").last.input_value()
    assert set(link.split("#")[1].split("&")) == {
        "v=1", "wrt=w2%5B1%2C3%5D", "sample=2", "step=5", "digits=4", "at=3", "hide=draw%2Cpresent",
    }  # fmt: skip
    assert watch.errors == []


def test_what_a_link_to_a_stepper_by_layer_leaves_out_is_said(open_page):
    page, watch = open_page("layers", "")
    page.locator("[data-tab=numbers]").click()
    page.get_by_label("Learning rate").fill("0.25")
    page.keyboard.press("Enter")
    page.locator("[data-tab=away]").click()
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_selector(".bpv-message:not([hidden])")
    assert page.locator(".bpv-message").text_content() == "What was drawn or changed here is not in the link."
    assert watch.errors == []


#: What fits none of these pages, and why not is told.
OTHER_MISFITS = {
    "layers": ["wrt=w9[1,1]", "step=99", "sample=0", "sample=3", "at=-1", "digits=99"],
    "quiz": ["number=2", "number=1.0", "set=9", "set=x", "hide=everything"],
    "proofs": ["proof=BP9", "step=8", "proof=BP1&step=7", "step=-1", "given=0:1:2", "hide=editor"],
    "surface": [
        "first=w99", "first=w2", "second=w1", "start=1", "start=1,2,3", "start=1,x", "start=1,NaN", "start=,", "rate=0", "rate=-1",
        "rate=1e400", "rate=", "steps=0", "steps=501", "hide=doctor",
    ],
    "depth": ["depth=3", "depth=8.0", "width=", "activation=softmax", "initialisation=__proto__", "layer=0", "layer=31"],
    "activations": [
        "net=7", "net=x", "net=1,2", "shown=softmax", "shown=sigmoid,nothing", "slopes=2", "slopes=yes", "constants=1",
        "constants=1,1,1,99", "constants=1,1,1,x",
    ],
    "trainer": ["epoch=41", "epoch=-1", "sample=4", "speed=3", "scale=other", "hide=editor"],
    "builder": ["net=99", "net=x", "net=1.0", "net=-1", "net=3&step=99", "net=3&wrt=w9", "net=01&given=0:99:1", "hide=form"],
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_MISFITS)
def test_a_link_that_does_not_fit_another_widget_is_told_too(open_page, name):
    page, watch = open_page(name, "")
    before = page.locator(".bpv").inner_text()
    for fragment in OTHER_MISFITS[name]:
        said = refused(page, f"v=1&{fragment}")
        assert said.startswith("The link does not fit this page ("), fragment
        assert page.locator(".bpv").inner_text().replace(said, "").split() == before.split(), fragment
    assert watch.errors == []


#: For each widget a state and what shows that it is there.
STATES = {
    "proofs": ("proof=BP3&step=2", {".bpv-counter": "3 /", "select": "BP3"}),
    "surface": (
        "steps=7&first=w3&second=w8&start=0.25%2C-1.5&rate=2",
        {".bpv-values": "From w3 = 0.25, w8 = −1.5, E =", ".bpv-values >> nth=0": "in 7 steps", "select": "w3"},
    ),
    "depth": (
        "layer=3&depth=4&width=2&activation=tanh&initialisation=he",
        {".bpv-factors tbody tr:last-child th": "3", ".bpv-factors tbody tr:first-child th": "4", "select": "4"},
    ),
    "activations": (
        "net=-2.5&shown=tanh%2Cscaled_sigmoid&slopes=0&constants=1%2C0.25%2C2%2C0.5",
        {".bpv-cards": "At net = −2.5: out = ", ".bpv-card:nth-child(2) output": "2", "input[type=number]": "-2.5"},
    ),
    "trainer": ("epoch=30&sample=2&speed=4&scale=linear", {".bpv-counter": "30 / 40", "select": "4"}),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_a_link_opens_another_widget_on_its_state_and_is_copied(open_page, name):
    fragment, expected = STATES[name]
    for first, link in (("", fragment), (fragment, "")):
        page, watch = open_page(name, first and f"v=1&{first}")
        if link:
            page.evaluate("to => { location.hash = to }", f"v=1&{link}")
        for selector, said in expected.items():
            page.wait_for_function(
                "([selector, said]) => { const e = document.querySelector(selector);"
                " return (e.value ?? e.textContent.replace(/\\s+/g, ' ')).includes(said) }",
                arg=[selector.partition(" >> ")[0], said],
            )
        page.get_by_role("button", name="Copy link").click()
        assert page.locator(".bpv-linked input").input_value().split("#")[1] == f"v=1&{fragment}"
        assert watch.errors == []


def test_what_stays_on_an_explorer_is_as_exported_where_a_link_leaves_it_out(open_page):
    page, watch = open_page("activations", "v=1&shown=elu&constants=1,0.5,2,0.5&slopes=0")
    page.evaluate("() => { location.hash = 'v=1&net=3' }")
    page.wait_for_function("() => document.querySelectorAll('.bpv-card').length === 2")
    page.wait_for_function("() => document.querySelector('input[id$=d]').checked")
    page.get_by_role("button", name="Copy link").click()
    copied = page.locator(".bpv-linked input").input_value()
    assert copied.endswith("#v=1&net=3&shown=sigmoid%2Ctanh&slopes=1&constants=1%2C0.25%2C1%2C1")
    assert watch.errors == []


def link_of(page):
    """What Copy link of a stepper gives, without the page."""
    if page.locator("[data-tab=away]").get_attribute("aria-expanded") == "false":
        page.locator("[data-tab=away]").click()
    page.get_by_role("button", name="Copy link").click()
    return page.get_by_label("Copy link").last.input_value().split("#")[1]


def test_a_link_to_a_builder_opens_on_its_network_parameter_and_numbers(open_page):
    page, watch = open_page("builder", "")
    form = page.locator(".bpv-form")
    form.get_by_label("Hidden units").select_option("4")
    form.get_by_label("Activation").first.select_option("tanh")
    page.get_by_label("Derive").select_option("w1[4,2]")
    page.locator(".bpv-stepper").press("End")
    link = link_of(page)
    equation = page.locator(".bpv-equation").first.text_content()
    for other in ("", "v=1&net=1&step=2"):
        opened, seen = open_page("builder", other)
        opened.evaluate("to => { location.hash = to }", link)
        opened.wait_for_function("said => document.querySelector('.bpv-equation')?.textContent === said", arg=equation)
        assert opened.get_by_label("Derive").input_value() == "w1[4,2]"
        assert opened.locator(".bpv-form").get_by_label("Activation").first.input_value() == "tanh"
        assert link_of(opened) == link
        assert seen.errors == []
    assert watch.errors == []


def test_what_a_link_to_a_builder_hides_stays_hidden_whatever_is_built(open_page):
    page, watch = open_page("builder", "v=1&net=1&hide=code,present&digits=4")
    assert page.locator("[data-tab=away]").is_hidden()
    page.locator(".bpv-form").get_by_label("Hidden units").select_option("3")
    page.wait_for_function("() => document.querySelectorAll('.bpv-drawing [data-node^=h]').length === 3")
    assert page.locator("[data-tab=away]").is_hidden()
    assert page.locator("[data-do=present]").is_hidden()
    page.evaluate("() => { location.hash = 'v=1&hide=network' }")
    page.wait_for_function("() => !document.querySelector('.bpv-no-code')")
    assert page.locator("[data-tab=network]").is_hidden()
    assert page.locator("[data-tab=away]").is_visible()
    assert watch.errors == []


def test_a_link_that_fits_only_the_network_of_a_builder_leaves_what_was_shown(open_page):
    page, watch = open_page("builder", "v=1&net=2&wrt=w1%5B2,2%5D&step=4&digits=3")
    page.wait_for_function("() => document.querySelector('.bpv-counter')?.textContent.startsWith('5 ')")
    before = link_of(page)
    for fragment in ("v=1&net=4&step=999", "v=1&net=5&given=0:99:1"):
        assert refused(page, fragment).startswith("The link does not fit this page (")
        page.wait_for_function("() => document.querySelector('[data-ready]')")
        assert link_of(page) == before
    assert watch.errors == []


def test_a_quiz_without_the_doctor_says_only_whether_an_answer_is_right(open_page):
    page, watch = open_page("quiz", "v=1&number=1&hide=doctor,hint")
    assert page.locator(".bpv-ask-hint").count() == 1
    assert page.locator(".bpv-ask-hint").is_hidden()
    assert "output" in page.locator(".bpv-asked").text_content()
    for answer, said in ("5", "Not yet right."), ("0.912934", "Right."):
        page.get_by_label("Your answer").fill(answer)
        page.get_by_role("button", name="Check").click()
        assert page.locator(".bpv-said").text_content() == said
    assert watch.errors == []


def test_a_link_to_a_quiz_opens_on_its_numbers_and_its_question(open_page):
    page, watch = open_page("quiz", "")
    page.get_by_role("button", name="Other numbers").click()
    page.get_by_role("button", name="Other numbers").click()
    page.get_by_role("button", name="Next question").click()
    setting = page.locator(".bpv-names").text_content()
    page.locator("[data-tab=names]").click()
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_label("Copy link").last.input_value()
    assert link.endswith("#v=1&number=1&set=2")
    again, _ = open_page("quiz", link.split("#")[1])
    assert again.locator(".bpv-names").text_content() == setting
    assert watch.errors == []


#: What each word hides, on a wide page and on a phone, where ⋯ leads to it.
HIDES = {
    "exported": {
        "editor": "[data-tab=numbers]", "nudge": "[data-tab=nudge]", "code": "[data-tab=away]", "steps": "[data-tab=log]",
        "chain": "[data-tab=chain]", "update": ".bpv-apply", "present": "[data-do=present]",
    },
    "layers": {
        "entry": "[data-tab=entry]", "draw": "[data-tab=draw]", "editor": "[data-tab=numbers]", "code": "[data-tab=away]",
        "update": ".bpv-apply", "present": "[data-do=present]",
    },
    "quiz": {"hint": ".bpv-ask-hint", "names": ".bpv-names", "other": ".bpv-other"},
    "proofs": {"steps": "[data-tab=log]", "statement": "[data-tab=chain]", "present": "[data-do=present]"},
    "surface": {"verdict": ".bpv-told", "present": "[data-do=present]"},
    "depth": {"verdict": ".bpv-told", "present": "[data-do=present]"},
    "activations": {"formulas": ".bpv-card math >> nth=0", "present": "[data-do=present]"},
    "trainer": {"open": ".bpv-to-stepper", "present": "[data-do=present]"},
}  # fmt: skip


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", HIDES)
def test_what_a_link_hides_is_there_without_it_and_cannot_be_opened_with_it(exported, pages, new_page, name, width):
    page, watch = new_page(width=width, height=800)
    page.goto(exported if name == "exported" else pages[name])
    page.wait_for_selector("[data-ready]")
    page.locator(".bpv").first.press("End")  # where the update is

    def seen(word, selector, hidden):
        page.evaluate(
            "hidden => { location.hash = `v=1&step=0&hide=${hidden}` }"
            if name in ("exported", "layers")
            else "hidden => { location.hash = `v=1&hide=${hidden}` }",
            hidden,
        )
        page.wait_for_function(
            "([word, on]) => document.querySelector('.bpv').classList.contains(`bpv-no-${word}`) === on",
            arg=[word, bool(hidden)],
        )
        page.locator(".bpv").first.press("End")
        more = page.locator(".bpv-more")
        if more.is_visible() and selector != ".bpv-apply" and more.get_attribute("aria-expanded") == "false":
            more.click()
        if (
            selector == ".bpv-names"
            and not hidden
            and page.locator("[data-tab=names]").get_attribute("aria-expanded") == "false"
        ):
            page.locator("[data-tab=names]").click()
        return page.locator(selector).is_visible()

    for word, selector in HIDES[name].items():
        if selector == "[data-do=present]" and width == 400:
            continue  # a phone is no projector
        assert seen(word, selector, ""), word
        assert not seen(word, selector, word), word
        fold = page.locator(f"[data-fold={selector[10:-1]}]") if "data-tab" in selector else None
        assert fold is None or fold.is_hidden(), word
    assert watch.errors == []


def test_a_page_with_every_fold_hidden_offers_none(open_page):
    page, watch = open_page("layers", "v=1&hide=entry,draw,editor,code")
    assert page.locator(".bpv-fold:visible, .bpv-tabs button:visible").count() == 0
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.locator(".bpv-more").is_hidden()
    assert watch.errors == []


def test_what_a_link_leaves_out_is_as_the_page_was_exported(new_page, tmp_path):
    ex = bp.articles.example("2-2-1")
    for by in ("unit", "layer"):
        stepper = bp.Stepper(ex.network, ex.x, ex.target, 0.5, by=by)
        stepper.learning_rate = 0.125
        stepper.iteration = 2
        address = bp.export_html(stepper, tmp_path / f"{by}.html").as_uri()
        page, watch = new_page(alone=True)
        errors = []
        for fragment in ("", "#v=1&hide=code", "#v=1&step=3"):
            page.goto("about:blank")
            page.goto(f"{address}{fragment}")
            page.wait_for_selector("[data-ready]")
            errors.append(page.locator(".bpv-error").text_content())
        assert len(set(errors)) == 1, by
        assert watch.errors == []


def test_targets_that_must_sum_to_one_do_so_in_a_link_too(new_page, tmp_path):
    net = bp.Network(
        [[[0.5, -0.3]], [[1.2], [-0.7]]], [0.3, 0.1], ["tanh", "softmax"], loss="categorical_cross_entropy"
    )
    address = bp.export_html(bp.Stepper(net, [1.0, 2.0], [1, 0], 0.1), tmp_path / "page.html").as_uri()
    page, watch = new_page(alone=True)
    for fragment, is_refused in (("given=0:2:0.5", True), ("given=0:2:0.25,0:3:0.75", False), ("given=none", False)):
        page.goto("about:blank")
        page.goto(f"{address}#v=1&{fragment}")
        page.wait_for_selector("[data-ready]")
        page.wait_for_timeout(50)
        assert page.locator(".bpv-message").is_visible() == is_refused, fragment
    assert watch.errors == []


def test_a_link_that_fits_takes_the_refusal_of_another_one_away(open_page):
    page, watch = open_page("layers", "v=1&step=99")
    page.wait_for_selector(".bpv-message:not([hidden])")
    page.evaluate("() => { location.hash = 'v=1&step=4' }")
    page.wait_for_selector(".bpv-message", state="hidden")
    assert page.locator(".bpv-counter").text_content().startswith("5 /")
    assert watch.errors == []


@pytest.mark.parametrize("fragment", ["elsewhere", "v=9"])
def test_an_answer_that_is_being_typed_survives_an_address_that_is_not_followed(open_page, fragment):
    page, watch = open_page("quiz", "")
    page.get_by_label("Your answer").fill("0.12")
    page.evaluate("fragment => { location.hash = fragment }", fragment)
    page.wait_for_timeout(100)
    assert page.get_by_label("Your answer").input_value() == "0.12"
    assert watch.errors == []


def test_a_program_is_copied_after_a_link_was(open_link):
    s = open_link("")
    address(s)
    s.page.get_by_role("button", name="Copy", exact=True).click()
    assert s.page.evaluate("() => getSelection().toString() || document.activeElement.value").startswith('"""One step')
    assert s.watch.errors == []


def test_a_hidden_editor_opens_for_no_finger(exported, new_page):
    page, watch = new_page(width=400, height=800, has_touch=True)
    page.goto(f"{exported}#v=1&hide=editor")
    page.wait_for_selector("[data-ready]")
    place = page.locator(".bpv-equation .bpv-v").first.bounding_box()
    page.touchscreen.tap(place["x"] + 3, place["y"] + 3)
    page.wait_for_timeout(100)
    assert page.locator(".bpv-spot input").count() == 0
    assert watch.errors == []


def test_a_stepper_opened_from_a_trainer_leaves_the_trainers_address_alone(open_page):
    page, watch = open_page("trainer", "v=1&epoch=12&sample=1")
    page.locator(".bpv-to-stepper").first.click()
    page.wait_for_function("() => document.querySelector('.bpv-inner .bpv-counter')?.textContent.startsWith('1 ')")
    assert page.locator(".bpv-message:not([hidden])").count() == 0
    page.evaluate("() => { location.hash = 'v=1&epoch=20' }")
    page.wait_for_function("() => document.querySelector('.bpv-trainer .bpv-counter').textContent.startsWith('20')")
    assert page.locator(".bpv-message:not([hidden])").count() == 0
    page.locator(".bpv-inner [data-tab=away]").click()
    assert page.locator(".bpv-inner").get_by_role("button", name="Copy link").count() == 0
    assert page.locator(".bpv-inner [data-do=present]").is_visible()
    page.evaluate("() => { location.hash = 'v=1&hide=present' }")
    page.locator(".bpv-inner [data-do=present]").wait_for(state="hidden")
    page.evaluate("() => { location.hash = 'v=1&hide=open' }")
    page.locator(".bpv-inner").wait_for(state="hidden")
    assert watch.errors == []


@pytest.mark.parametrize("name", ["proofs", "trainer", "quiz"])
@pytest.mark.parametrize("size", [(1280, 720), (400, 800)])
def test_the_click_after_a_link_was_copied_is_not_lost(open_page, name, size):
    page, watch = open_page(name, "")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    before = page.locator(".bpv-counter").first.text_content()
    for _ in range(2):
        page.get_by_role("button", name="Copy link").click()
        assert page.locator(".bpv-linked input").is_visible()
    page.locator("[data-do=next]").first.click()
    page.wait_for_function("before => document.querySelector('.bpv-counter').textContent !== before", arg=before)
    assert page.locator(".bpv-linked input").is_hidden()
    assert watch.errors == []


def test_a_link_with_no_activation_shows_none(open_page):
    page, watch = open_page("activations", "v=1&shown=none")
    assert page.locator(".bpv-card").count() == 0
    page.get_by_role("button", name="Copy link").click()
    assert "&shown=none&" in page.locator(".bpv-linked input").input_value()
    assert watch.errors == []


def test_what_plays_stops_where_a_link_is_followed(open_page):
    for name, fragment, at in (("proofs", "v=1&proof=BP1&step=1", "2 / 6"), ("trainer", "v=1&epoch=2", "2 / 40")):
        page, watch = open_page(name, "")
        page.get_by_role("button", name="Play").click()
        page.get_by_role("button", name="Pause").wait_for()
        page.evaluate("to => { location.hash = to }", fragment)
        page.get_by_role("button", name="Play").wait_for()
        assert page.locator(".bpv-counter").first.text_content() == at
        assert watch.errors == []


def test_other_parameters_in_a_link_start_at_their_own_numbers(open_page):
    page, watch = open_page("surface", "v=1&first=w3")
    page.wait_for_function(
        "() => document.querySelector('.bpv-values').textContent.startsWith('From w3 = 0.2, w2 = 0.15')"
    )
    assert refused(page, "v=1&first=w2").startswith("The link does not fit this page (first=w2)")
    page.evaluate("() => { location.hash = 'v=1&rate=1e+1&start=1e300,0' }")
    page.wait_for_function("() => document.querySelector('input[id$=r]').value === '10'")
    assert watch.errors == []


def test_a_link_that_says_a_part_twice_is_told(open_page):
    for name, fragment in (("layers", "step=1&step=2"), ("quiz", "number=1&number=1"), ("builder", "net=1&net=2")):
        page, watch = open_page(name, "")
        assert refused(page, f"v=1&{fragment}").startswith("The link does not fit this page ("), name
        assert watch.errors == []
    page, _ = open_page("builder", "")
    assert refused(page, "v=1&given=0:4:0.5,0:4:0.7").startswith("The link does not fit this page (given=")


def test_a_link_refused_by_another_network_of_a_builder_leaves_even_what_can_be_undone(open_page):
    page, watch = open_page("builder", "v=1&net=4")
    page.locator("[data-do=present]").click()
    page.locator(".bpv-stepper").press("ArrowRight")
    asked = page.locator(".bpv-equation").first.text_content()
    assert "?" in asked
    assert refused(page, "v=1&net=6&step=999").startswith("The link does not fit this page (step=999)")
    assert page.locator(".bpv-presenting").count() == 1
    assert page.locator(".bpv-equation").first.text_content() == asked
    assert watch.errors == []


def test_an_address_that_comes_while_another_is_opened_leaves_that_one_whole(open_page):
    page, watch = open_page("builder", "v=1&net=4&step=9")
    page.evaluate("() => { location.hash = 'v=1&net=2&wrt=w2%5B1,2%5D&step=3&digits=4' }")
    said = refused(page, "v=1&net=6&step=999")
    assert said.startswith("The link does not fit this page (step=999)")
    page.wait_for_function("() => /^(10|4) /.test(document.querySelector('.bpv-counter')?.textContent)")
    assert page.get_by_label("Derive").input_value() in ("w1[1,1]", "w2[1,2]")
    assert (page.get_by_label("Derive").input_value() == "w1[1,1]") == page.locator(".bpv-counter").text_content().startswith("10 ")  # fmt: skip
    assert watch.errors == []


def test_a_move_of_a_builders_form_leaves_open_what_is_open_on_a_phone_and_in_a_presentation(open_page):
    page, watch = open_page("builder", "")
    page.set_viewport_size({"width": 400, "height": 800})
    page.get_by_role("button", name="More").click()
    units = page.locator(".bpv-form").get_by_label("Hidden units")
    units.select_option("4")
    page.wait_for_function("() => document.querySelectorAll('.bpv-drawing [data-node^=h]').length === 4")
    units.wait_for()
    assert watch.errors == []
    page, watch = open_page("builder", "")
    page.locator("[data-do=present]").click()
    units = page.locator(".bpv-form").get_by_label("Hidden units")
    units.focus()
    units.select_option("2")
    page.wait_for_function("() => document.querySelectorAll('.bpv-drawing [data-node^=h]').length === 2")
    page.wait_for_function("() => document.querySelector('.bpv-presenting')")
    page.wait_for_function("() => document.activeElement.closest('.bpv-form')")
    assert watch.errors == []


def test_a_link_gives_back_the_fold_that_another_one_hid(open_page):
    page, watch = open_page("builder", "")
    page.evaluate("() => { location.hash = 'v=1&net=1&hide=network' }")
    page.wait_for_function("() => document.querySelector('.bpv-no-network')")
    assert page.locator(".bpv-form").is_hidden()
    page.evaluate("() => { location.hash = 'v=1&net=2' }")
    page.wait_for_function("() => document.querySelector('.bpv-stepper:not(.bpv-no-network)')")
    page.locator(".bpv-form").wait_for()
    assert watch.errors == []


def test_no_button_offers_more_where_all_of_it_is_hidden(open_link):
    s = open_link("v=1&hide=editor,nudge,code")
    s.page.set_viewport_size({"width": 400, "height": 800})
    assert s.page.get_by_role("button", name="More").count() == 0
    s.root.press("ArrowRight")
    s.page.get_by_role("button", name="More").wait_for()
    assert s.watch.errors == []
