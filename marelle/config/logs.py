"""What the console never says: addresses that are secrets, of a group's page, of a partner's link, of a child's code."""

import logging
import re

SECRET = re.compile(r"/(animer|passation|relais|e|consultation/inscription|suivre|mes-rencontres)/[^/?\s\"']+")


class Secrets(logging.Filter):
    """Leaves of such an address its first word."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(hidden(one) if isinstance(one, str) else one for one in record.args)
        record.msg = hidden(record.msg) if isinstance(record.msg, str) else record.msg
        return True


def hidden(words: str) -> str:
    """Words without the secrets their addresses hold."""
    return SECRET.sub(r"/\1/…", words)
