"""Which tests run together, and in what order, where several processes share the work."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

#: On a busy machine any example may take long.
settings.register_profile("busy", deadline=None)
#: Whether a change to the code is noticed may not depend on luck, and nobody reads its smallest example.
settings.register_profile(
    "changed",
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("changed" if "MUTANT_UNDER_TEST" in os.environ else "busy")

#: The files that take longest, first, so that no process is left alone with one of them at the end.
LONGEST = (
    "test_stepper_page.py",
    "test_stage.py",
    "test_stepper_in_lab.py",
    "test_widgets_page.py",
    "test_site.py",
    "test_links.py",
    "test_derivation.py",
    "test_other_places.py",
    "test_witnesses.py",
    "test_project.py",
    "test_javascript.py",
)

#: The tests of these files share nothing that is made for all of them.
EACH_ALONE = ("test_notebooks.py", "test_lite.py")


#: Seconds after which a test that has hung once is stopped again: hypothesis tries what failed once more, and again.
AGAIN = 5


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_timeout_set_timer(settings: Any) -> Iterator[None]:
    """The alarm of a test that hangs goes off more than once."""
    done = yield
    if hasattr(signal, "setitimer") and signal.getitimer(signal.ITIMER_REAL)[0]:
        signal.setitimer(signal.ITIMER_REAL, settings.timeout, AGAIN)
    return done


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    places = {name: n for n, name in enumerate((*LONGEST, *EACH_ALONE))}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays in one process, as its tests share a browser, a server or a site."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return nodeid if file.rpartition("/")[2] in EACH_ALONE else file

    config.option.loadscopereorder = False
    return ByFile(config, log)
