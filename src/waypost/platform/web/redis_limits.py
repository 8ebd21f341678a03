"""Rate limits that several hosts share: a sliding window in Redis."""

from time import time
from typing import Any

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from waypost.platform.web.shared_counters import SharedSilent

REDIS_PATIENCE = 0.25


class RedisCounters:
    """The counters of all hosts, in Redis."""

    def __init__(self, url: str) -> None:
        patience = {"socket_timeout": REDIS_PATIENCE, "socket_connect_timeout": REDIS_PATIENCE}
        self._pool = ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), **patience)
        options: dict[str, Any] = {"implementation": "redispy", "connection_pool": self._pool}
        storage = RedisStorage(url, key_prefix="waypost-limits", **options)
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def hit(self, bucket: str, limit: int) -> float:
        """Seconds to wait, 0.0 when the request fits; raises `SharedSilent` when Redis does not answer."""
        try:
            return await self._hit(bucket, limit)
        except (RedisError, OSError, TimeoutError) as error:
            raise SharedSilent(type(error).__name__) from error

    async def _hit(self, bucket: str, limit: int) -> float:
        item = RateLimitItemPerMinute(limit)
        if await self._limiter.hit(item, bucket):
            return 0.0
        stats = await self._limiter.get_window_stats(item, bucket)
        return max(1.0, stats.reset_time - time())

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.disconnect()
