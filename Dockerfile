# One image for migrate, api and worker. The packages are those of the lock file, each checked by its hash.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/waypost
COPY requirements.lock ./
RUN /opt/waypost/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml hatch_build.py README.md ./
COPY src ./src
COPY migrations ./migrations
RUN /opt/waypost/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
# PostgreSQL and our own checks want a user with a name.
RUN useradd --system --uid 10001 --home-dir /var/lib/waypost --create-home --shell /usr/sbin/nologin waypost
COPY --from=build /opt/waypost /opt/waypost
ENV PATH=/opt/waypost/bin:$PATH PYTHONUNBUFFERED=1 WAYPOST_DATA=/var/lib/waypost
USER waypost
WORKDIR /var/lib/waypost
VOLUME /var/lib/waypost
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["waypost"]
CMD ["up", "--host", "0.0.0.0"]
