"""The first screen in a real browser: questions, a newcomer's task by visible names alone, Back, and the phone."""

import time

import pytest

pytest.importorskip("uvicorn", reason="THE PAGE IS NOT TESTED: the packages of the workshop are not installed")

from browser import go, opened, until, violations


@pytest.fixture
def page(chromium, server):
    made = opened(chromium, server.address, "#explore?lang=en")
    made.wait_for_selector(".sentences")
    yield made
    assert made.complaints == []
    made.context.close()


def settled(page):
    until(page, "!document.querySelector('[aria-busy=true]') && document.querySelector('progress')?.value === 48")


def headline(page):
    return page.inner_text(".headline .sentences")


NAMES = {
    "en": ("Quota rate", "Levy for each missing place", "I want to know about", "Net jobs of persons with disabilities",
           "Today’s law on both sides", "Poverty of whom", "families with a member with a disability", "5", "10,000"),
    "ru": ("Размер квоты", "Сбор за каждое недостающее место", "Я хочу узнать о показателе",
           "Чистый прирост рабочих мест людей с инвалидностью", "Нынешний закон с обеих сторон", "Чья бедность",
           "семьи, где есть человек с инвалидностью", "5", "10 000"),
}  # fmt: skip


@pytest.mark.parametrize("code", NAMES)
def test_a_newcomer_learns_what_a_quota_with_a_levy_does_in_a_minute_and_twelve_actions(chromium, server, code):
    """What would a 5 % quota with a levy of 10,000 som a month do to jobs and poverty of those it is for?"""
    rate, levy, about, jobs, law, poverty, families, five, money = NAMES[code]
    page = opened(chromium, server.address, f"#explore?lang={code}")
    page.wait_for_selector(".sentences")
    began, actions = time.monotonic(), 0
    page.get_by_role("button", name=law).click()
    for name, value in ((rate, five), (levy, money)):
        field = page.get_by_role("textbox", name=name)
        field.fill(value)
        field.press("Enter")
        actions += 2
    page.get_by_label(about).select_option(label=jobs)
    actions += 2
    settled(page)
    assert "rate:0.05" in page.evaluate("location.hash")
    assert "levy:0.2048" in page.evaluate("location.hash")
    assert headline(page).startswith(jobs)
    of_families = page.get_by_role("region", name=poverty)
    assert of_families.get_by_text(families).first.is_visible()
    assert time.monotonic() - began < 60
    assert actions <= 12
    page.context.close()


def test_a_question_is_one_click_from_its_answer(page):
    page.get_by_role("button", name="A quota with a levy?").click()
    settled(page)
    assert headline(page).startswith("Net jobs of persons with disabilities")
    assert page.input_value("#headline") == "jobs_disability"
    assert page.input_value("#lever-levy") == "10,000"


def test_the_first_result_is_one_tab_and_enter_away(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "answer-heading"


def test_back_undoes_the_move_of_a_lever_and_forward_repeats_it(page):
    go(page, "#explore?lang=en&a=today&b=today&h=net_jobs")
    settled(page)
    page.fill("#lever-grant", "200 000")
    page.press("#lever-grant", "Enter")
    page.fill("#lever-child", "2000")
    page.press("#lever-child", "Enter")
    settled(page)
    page.go_back()
    until(page, "document.querySelector('#lever-child').value === '1,200'")
    assert page.input_value("#lever-grant") == "200,000"
    page.get_by_role("button", name="Undo").click()
    until(page, "document.querySelector('#lever-grant').value === '150,000'")
    page.go_forward()
    until(page, "document.querySelector('#lever-grant').value === '200,000'")
    assert page.evaluate("document.body.dataset.screen") == "explore"


def test_on_a_phone_the_moved_lever_and_the_headline_are_seen_together(chromium, server):
    page = opened(chromium, server.address, "#explore?lang=en&a=today&b=today", viewport={"width": 390, "height": 800})
    settled(page)
    page.locator("#lever-grant").scroll_into_view_if_needed()
    page.fill("#lever-grant", "200 000")
    page.press("#lever-grant", "Enter")
    settled(page)
    pinned = page.locator(".pinned")
    assert "Grant: 200,000" in pinned.inner_text()
    assert "Net jobs: " in pinned.inner_text()
    seen = page.evaluate("""() => ['#lever-grant', '.pinned'].map((name) => {
      const { top, bottom } = document.querySelector(name).getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight; })""")
    assert seen == [True, True]
    page.context.close()


def test_a_law_on_file_is_seen_with_places_and_price_and_taken_into_b(page):
    page.get_by_text("Laws of other countries, services, benefits to try").click()
    page.get_by_role("button", name="Try as B: France, reform of 2020").click()
    assert "law:FR" in page.evaluate("location.hash")
    assert page.input_value("#lever-rate") == "6.0"
    assert "4,752 to 17,820 EUR; here 70,000 to 261,000 som" in page.inner_text(".laws")
    page.get_by_role("button", name="Add to B: Wage subsidy").click()
    settled(page)
    assert "law:FR" in page.evaluate("location.hash")
    assert "subsidy:0.5" in page.evaluate("location.hash")
    assert violations(page) == []


ANALYST = {
    "en": ("Laws of other countries, services, benefits to try", "Try as B: France, reform of 2020", "Save",
           "Slides of A and B"),
    "ru": ("Законы других стран, услуги, пособия на пробу", "Попробовать как B: Франция, реформа 2020 года",
           "Сохранить", "Слайды вариантов A и B"),
    "ky": ("Башка өлкөлөрдүн мыйзамдары, кызматтар, жөлөкпулдар", "B катары байкоо: Франция, 2020-жылдын реформасы",
           "Сактап алуу", "A жана B варианттарынын слайддары"),
}  # fmt: skip


@pytest.mark.parametrize("code", ANALYST)
def test_an_analyst_comes_from_a_quota_preset_to_slides_with_its_source_by_visible_names(chromium, server, code):
    laws, france, save, slides = ANALYST[code]
    page = opened(chromium, server.address, f"#explore?lang={code}")
    page.wait_for_selector(".sentences")
    page.get_by_text(laws).click()
    page.get_by_role("button", name=france).click()
    settled(page)
    page.get_by_role("link", name=save, exact=True).click()
    link = page.get_by_role("link", name=slides)
    link.wait_for()
    assert "law%3AFR" in link.get_attribute("href")
    page.context.close()


def test_the_headline_is_the_readers_choice_and_stays_in_the_link(page):
    page.select_option("#headline", "net_fiscal_cost")
    settled(page)
    assert headline(page).startswith("Net cost to the budget")
    assert "h=net_fiscal_cost" in page.evaluate("location.hash")
    assert "prices of 2023" in page.inner_text(".headline .value")


def test_printing_keeps_the_bars_and_the_map(page):
    page.select_option("#headline", "net_jobs")
    settled(page)
    page.emulate_media(media="print")
    for place in (".panel-who svg", ".panel-regions svg path", ".rung"):
        assert page.locator(place).first.is_visible(), place
    assert not page.locator(".levers").first.is_visible()
