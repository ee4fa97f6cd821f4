"""What must hold on a page in every state: what axe finds, what fits, what the keyboard reaches, what a device may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page, expect

FAULTS_ONLY = {"resultTypes": ["violations"]}  # what holds is named without its elements, which is much less to carry
RULES: dict[str, Any] = FAULTS_ONLY | {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
COLOURS: dict[str, Any] = FAULTS_ONLY | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
AXE = Axe()
PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
ZOOMED = {"width": 320, "height": 200}  # 1280 x 800 at 400 %
PLAIN_MEDIA = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which a device shows a page: what it asks for, and the class of a rider's own choice."""

    name: str
    media: dict[str, str]
    html_class: str = ""


MODES = (
    Mode("dark", {"color_scheme": "dark"}),
    Mode("more contrast", {"contrast": "more"}),
    Mode("more contrast, dark", {"contrast": "more", "color_scheme": "dark"}),
    Mode("forced colours", {"forced_colors": "active"}),
)


def assert_accessible(page: Page, state: str, rules: dict[str, Any] = RULES) -> None:
    """Axe finds nothing; one heading of the first level; a title that says where one is."""
    assert_axe_finds_nothing(page, state, rules)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title().endswith(("Rufbus Altmarkkreis Salzwedel", "Rufbus"))


def assert_axe_finds_nothing(page: Page, state: str, rules: dict[str, Any] = RULES) -> None:
    """Also on what is no page of the program, such as a report that is a file."""
    if not page.evaluate("() => 'axe' in window"):  # its half a megabyte is read once a document
        page.evaluate(AXE.axe_script)
    found = AxeResults(page.evaluate("rules => axe.run(rules)", rules))
    assert not found.response["violations"], f"{state}\n{found.generate_report()}"


def assert_fits(page: Page, state: str) -> None:
    """No sideways scrolling of the page as a whole."""
    wide = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        " && !e.closest('.table-scroll, .map, .visually-hidden, .skip-link, .stacking > thead'))"
        ".map(e => e.outerHTML.slice(0, 90))"
    )
    assert not wide, f"{state}: {wide[:3]}"
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), state


def assert_targets_are_large(page: Page, state: str) -> None:
    """What one presses to go on is 44 px high; axe looks after the 24 px of everything else."""
    small = page.evaluate(
        "() => [...document.querySelectorAll('main button, .button, input:not([type=hidden], [type=radio],"
        " [type=checkbox]), select, textarea, .choice, main summary, .site-nav a')].filter(e => e.checkVisibility()"
        " && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 80))"
    )
    assert not small, f"{state}: {small}"


def assert_nothing_moves(page: Page, state: str) -> None:
    """Where the device asks for reduced motion, nothing slides or fades."""
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return [...s.transitionDuration.split(','), ...s.animationDuration.split(',')].some(t => parseFloat(t) > 0) })"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert not moving, f"{state}: {moving[:3]}"
    assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto", state


def assert_one_live_region(page: Page, state: str) -> None:
    """One place speaks, so that nothing is said twice or over each other."""
    expect(page.get_by_role("status"), state).to_have_count(1)


LIST_STOPS = """() => {
  const reachable = e => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled && !e.closest('[inert]');
  const seen = new Set();
  window.__stops = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary,'
    + ' [tabindex="0"]')].filter(reachable).filter(e => {
      if (e.type !== 'radio') return true;
      const group = e.name + (e.form?.action ?? '');
      return seen.has(group) ? false : seen.add(group);
    });
  window.__reached = new Set();
  window.__missed = () => window.__stops.filter(
    e => !window.__reached.has(e.type === 'radio' ? e.name + (e.form?.action ?? '') : e));
  document.activeElement?.blur();
  window.scrollTo(0, 0);
  return window.__stops.length;
}"""
NOTE_STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return 'end';
  window.__reached.add(e.type === 'radio' ? e.name + (e.form?.action ?? '') : e);
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const name = e.outerHTML.slice(0, 90);
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'no visible focus: ' + name;
  const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
  const y = box.top + box.height / 2;
  if (y < 0 || y > innerHeight) return 'focused outside the window: ' + name;
  const top = document.elementFromPoint(x, y);
  if (top && top !== e && !e.contains(top) && !top.contains(e) && !e.labels?.[0]?.contains(top))
    return 'hidden behind ' + top.outerHTML.slice(0, 60) + ': ' + name;
  return window.__missed().length ? '' : 'all reached';
}"""


def assert_keyboard_reaches_everything(page: Page, state: str) -> None:
    """Tab alone comes to every control; each shows that it has the focus, and none hides it."""
    stops = page.evaluate(LIST_STOPS)
    ends = 0
    for _press in range(2 * stops + 12):  # it begins where the page put the focus, and goes round
        page.keyboard.press("Tab")
        fault = page.evaluate(NOTE_STOP)
        if fault == "all reached":
            break
        if fault == "end":
            ends += 1
            if ends == 2:
                break
            continue
        assert not fault, f"{state}: {fault}"
    missed = page.evaluate("() => window.__missed().map(e => e.outerHTML.slice(0, 90))")
    assert not missed, f"{state}: the Tab key never reaches {missed[:3]}"


def look_at(page: Page, state: str) -> int:
    """Everything about a state, in every mode, without leaving it. Gives the number of looks that axe took."""
    show(page, Mode("plain", {}), PHONE)
    assert_accessible(page, state)
    assert_fits(page, f"{state}, 320 px")
    assert_targets_are_large(page, state)
    assert_nothing_moves(page, state)
    for mode in MODES:
        show(page, mode, PHONE)
        assert_accessible(page, f"{state}, {mode.name}", COLOURS)
    show(page, Mode("large type", {}, "large-type"), PHONE)
    assert_fits(page, f"{state}, large type")
    assert_accessible(page, f"{state}, large type")
    show(page, Mode("plain", {}), ZOOMED)
    assert_fits(page, f"{state}, 400 %")
    show(page, Mode("plain", {}), DESKTOP)
    assert_accessible(page, f"{state}, desktop")
    assert_fits(page, f"{state}, desktop")
    return len(MODES) + 3


def glance_at(page: Page, state: str) -> int:
    """The same page in another language: other words in the same places, on the smallest screen."""
    show(page, Mode("plain", {}), PHONE)
    assert_accessible(page, state)
    assert_fits(page, f"{state}, 320 px")
    show(page, Mode("large type", {}, "large-type"), PHONE)
    assert_fits(page, f"{state}, large type")
    return 1


def show(page: Page, mode: Mode, size: dict[str, int]) -> None:
    """Let the device ask for something else, on the page as it stands."""
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(reduced_motion="reduce", **{**PLAIN_MEDIA, **mode.media})  # type: ignore[arg-type]
    page.evaluate("name => { document.documentElement.className = name }", mode.html_class)
