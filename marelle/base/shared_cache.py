"""What every process must count together: limits, codes already used. Django's cache in the database, counting in one step.

What may be kept by each process for itself goes into `caches["local"]`, which asks the database nothing.
"""

import base64
import pickle
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.utils import timezone


class SharedCache(DatabaseCache):
    """Django's own, with an `incr` that loses no count between processes and leaves the end of the window where it is."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` to a living number. Raises ValueError when there is none."""
        made = self.make_and_validate_key(key, version=version)
        using = router.db_for_write(self.cache_model_class)
        connection = connections[using]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        with transaction.atomic(using=using), connection.cursor() as cursor:
            # written first: the row is ours until the end, on both databases
            cursor.execute(f"UPDATE {table} SET expires = expires WHERE cache_key = %s AND expires >= %s", [made, now])  # noqa: S608
            if cursor.rowcount == 0:
                raise ValueError(f"Key '{key}' not found")
            cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s", [made])  # noqa: S608
            number: int = pickle.loads(base64.b64decode(cursor.fetchone()[0])) + delta  # noqa: S301  our own table
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [self._packed(number), made])  # noqa: S608
        return number

    def _packed(self, value: Any) -> str:
        return base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
