"""Spans by OpenTelemetry, sent in batches over OTLP/HTTP. Loaded only where traces are switched on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version

from opentelemetry import trace as otel
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.observe import asked
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.observe.tracing import Attributes, Span, Tracer

KINDS = {"server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER, "client": SpanKind.CLIENT}
FLUSH_MILLISECONDS = 5_000


class Recorded:
    """A span of OpenTelemetry behind our face."""

    def __init__(self, span: otel.Span) -> None:
        self._span = span

    @property
    def traceparent(self) -> str:
        """As W3C writes it."""
        place = self._span.get_span_context()
        return f"00-{place.trace_id:032x}-{place.span_id:016x}-{place.trace_flags:02x}"

    def note(self, **attributes: str | int | float | bool) -> None:
        """`job__outcome="dead"` is told as `job.outcome`."""
        for name, value in attributes.items():
            self._span.set_attribute(name.replace("__", "."), value)

    def called(self, name: str) -> None:
        """It has a better name by now."""
        self._span.update_name(name)

    def failed(self, kind: str) -> None:
        """The class alone: messages may quote what people wrote."""
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        """It is over."""
        self._span.end()


class Otlp:
    """Makes spans of one provider; honours the parent's decision whether a trace is sampled."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("waypost")

    def begin(self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes) -> Span:
        """A span that somebody ends."""
        return Recorded(self._started(name, parent, kind, links, about))

    @contextmanager
    def lasting(
        self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes
    ) -> Iterator[Span]:
        """A span for a block; an error that leaves it is named by its class."""
        span = self._started(name, parent, kind, links, about)
        recorded = Recorded(span)
        with otel.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            try:
                yield recorded
            except Exception as error:
                recorded.failed(type(error).__name__)
                raise

    def watch(self, engine: AsyncEngine) -> None:
        """Tell what this engine is asked."""
        asked.watch(engine, self._tracer)

    def close(self) -> None:
        """Send what is left, for a few seconds at most."""
        self._provider.force_flush(FLUSH_MILLISECONDS)
        self._provider.shutdown()

    def _started(self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes) -> otel.Span:
        return self._tracer.start_span(
            name,
            context=_context(parent),
            kind=KINDS[kind],
            links=[Link(_place(one)) for one in links],
            attributes=dict(about),
            record_exception=False,
            set_status_on_exception=False,
        )


def exporting(settings: ObserveSettings) -> Tracer:
    """The tracer of a process whose spans go to the operator's collector."""
    exporter = OTLPSpanExporter(endpoint=settings.otel_endpoint, headers=settings.otel_header_pairs)
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.otel_sample_ratio)),
        resource=Resource.create({"service.name": settings.otel_service_name, "service.version": _version()}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Otlp(provider)


def _version() -> str:
    try:
        return version("waypost")
    except PackageNotFoundError:
        return "unknown"


def _place(traceparent: str) -> SpanContext:
    flags = TraceFlags(int(traceparent[53:], 16))
    return SpanContext(int(traceparent[3:35], 16), int(traceparent[36:52], 16), is_remote=True, trace_flags=flags)


def _context(parent: str | None) -> Context:
    """Nothing but the parent: a new trace never hangs below what happens to run here."""
    return otel.set_span_in_context(NonRecordingSpan(_place(parent)), Context()) if parent else Context()
