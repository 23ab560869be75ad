"""What the library logs while it works (compiling, workers), in the language chosen."""

from __future__ import annotations

import logging

from simcap.lang.sentences import said


class Translated(logging.Filter):
    """Puts a record of simcap's logger into the language chosen, by its pattern."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        record.msg, record.args = said(record.getMessage()), None
        return True

    @classmethod
    def install(cls) -> None:
        """From now on, once for the process."""
        log = logging.getLogger("simcap")
        if not any(isinstance(each, cls) for each in log.filters):
            log.addFilter(cls())
